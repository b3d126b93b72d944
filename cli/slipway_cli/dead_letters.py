"""What could not be delivered: read from the stack's queues, delivered again, forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.adapters.clients import client
from slipway_cli.letters import Letter, letter_of
from slipway_cli.problems import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway_cli.stack import Stack

# Seconds that a letter stays out of sight while it is looked at: longer than looking takes, or it
# would be seen again, and again.
_HELD = 120
_BATCH = 10
# Letters of one queue that are looked at together.
MOST = 1000
# Scheduler's own target, for schedules that start executions.
_START_BY_SCHEDULER = ":aws-sdk:sfn:startExecution"


class DeadLetters:
    """The dead-letter queues of a stack.

    Attributes
    ----------
    more
        Whether a queue may hold letters that were not looked at.
    """

    def __init__(self, stack: Stack) -> None:
        self.more = False
        self._stack = stack
        self._sqs = client("sqs")

    def list_letters(self) -> list[Letter]:
        """Return the letters, of a very full queue some; they stay where they are."""
        found: list[Letter] = []
        for queue in self._stack.physical_ids("AWS::SQS::Queue"):
            letters = self._letters_of(queue)
            self.more = self.more or len(letters) >= MOST
            found += letters.values()
        return sorted(found, key=lambda letter: letter.sent)

    def release(self, letters: list[Letter]) -> None:
        """Let others see the letters again."""
        for letter in letters:
            self._sqs.change_message_visibility(
                QueueUrl=letter.queue, ReceiptHandle=letter.receipt, VisibilityTimeout=0
            )

    def forget(self, letter: Letter) -> None:
        """Delete a letter."""
        self._sqs.delete_message(QueueUrl=letter.queue, ReceiptHandle=letter.receipt)

    def deliver(self, letter: Letter) -> list[str]:
        """Deliver a letter again, and delete it; return the ARNs of what got it.

        Every target takes what comes twice.

        Raises
        ------
        Problem
            Nobody can tell what it was for, or the target refuses it.
        """
        targets = [letter.target] if letter.target else self._functions_for(letter)
        if not targets:
            raise Problem(
                f"Letter {letter.id} ({letter.what}) does not say which function it was for: what "
                "a schedule sent is sent again when it is due. Forget it with --forget."
            )
        for target in targets:
            _send(target, letter)
        self.forget(letter)
        return targets

    def _letters_of(self, queue: str) -> dict[str, Letter]:
        found: dict[str, Letter] = {}
        while len(found) < MOST:
            answer = self._sqs.receive_message(
                QueueUrl=queue,
                MaxNumberOfMessages=_BATCH,
                VisibilityTimeout=_HELD,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["SentTimestamp"],
            )
            letters = {
                each["MessageId"]: letter_of(queue, each) for each in answer.get("Messages", [])
            }
            known = letters.keys() <= found.keys()
            found |= letters
            if known:  # None is left, or those come again that were seen.
                break
        return found

    def _functions_for(self, letter: Letter) -> list[str]:
        """Return the functions that rules send such an event to."""
        if "detail-type" not in letter.event:
            return []
        events = client("events")
        # That of a rule on a bus of its own begins with the bus.
        own = {each.rpartition("|")[2] for each in self._stack.physical_ids("AWS::Events::Rule")}
        found = []
        for bus in ("default", self._stack.event_bus):
            for page in events.get_paginator("list_rules").paginate(EventBusName=bus):
                for rule in page["Rules"]:
                    if rule["Name"] in own and _matches(rule["EventPattern"], letter.body):
                        found += _functions_of(rule["Name"], bus)
        return found


def _matches(pattern: str, event: str) -> bool:
    answer = client("events").test_event_pattern(EventPattern=pattern, Event=event)
    return bool(answer["Result"])


def _functions_of(rule: str, bus: str) -> list[str]:
    targets = client("events").list_targets_by_rule(Rule=rule, EventBusName=bus)["Targets"]
    return [each["Arn"] for each in targets if ":lambda:" in each["Arn"]]


def _send(target: str, letter: Letter) -> None:
    if ":stateMachine:" in target:
        _start({"stateMachineArn": target, "input": letter.body}, letter)
    elif target.endswith(_START_BY_SCHEDULER):
        given = {key[:1].lower() + key[1:]: value for key, value in letter.event.items()}
        _start(given, letter)
    elif ":lambda:" in target:
        client("lambda").invoke(
            FunctionName=target, InvocationType="Event", Payload=letter.body.encode()
        )
    else:
        raise Problem(f"Letter {letter.id} was for {target}, which `slipway redrive` cannot ask.")


def _start(request: Mapping[str, Any], letter: Letter) -> None:
    # Named: if the answer is lost and somebody redrives it again, nothing runs twice.
    named = {**request, "name": request.get("name") or f"letter-{letter.id}"}
    states = client("stepfunctions")
    try:
        states.start_execution(**named)
    except states.exceptions.ExecutionAlreadyExists:
        return
