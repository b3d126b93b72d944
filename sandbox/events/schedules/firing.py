"""Delivers one occurrence of a schedule: input, retries, dead letter."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.events.deadletters import Lost, about, as_message_attributes
from sandbox.events.failures import classify
from sandbox.events.parcels import Retries
from sandbox.events.schedules.targets import ScheduleTargets

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.account import Account
    from sandbox.events.bus.bus import Bus
    from sandbox.events.parcels import GaveUp
    from sandbox.events.schedules.schedule import Schedule


@dataclass
class Occurrence:
    """One firing of a schedule."""

    schedule_arn: str
    target: dict[str, Any]
    due: datetime
    execution: str
    attempts: int = 0

    @property
    def scheduled_time(self) -> str:
        """The occurrence as Scheduler writes it."""
        return f"{self.due:%Y-%m-%dT%H:%M:%SZ}"

    def fill(self, text: str) -> str:
        """Put Scheduler's context attributes into an input."""
        attributes = {
            "schedule-arn": self.schedule_arn,
            "scheduled-time": self.scheduled_time,
            "execution-id": self.execution,
            "attempt-number": str(self.attempts),
        }
        for name, value in attributes.items():
            text = text.replace(f"<aws.scheduler.{name}>", value)
        return text


class Firing:
    """Fires schedules."""

    def __init__(self, account: Account, bus: Bus) -> None:
        self._account = account
        self._bus = bus
        self._targets = ScheduleTargets(account)

    def fire(self, schedule: Schedule, due: datetime) -> None:
        """Deliver an occurrence as a task of its own."""
        execution = str(uuid.UUID(int=self._bus.numbers.getrandbits(128), version=4))
        target = schedule.target
        occurrence = Occurrence(schedule.arn, target, due, execution)
        self._bus.courier.send(
            f"schedule {schedule.name}",
            lambda: self._attempt(occurrence),
            Retries.of(target["RetryPolicy"]),
            lambda end: self._bury(occurrence, end),
        )

    def _attempt(self, occurrence: Occurrence) -> None:
        occurrence.attempts += 1
        self._targets.call(occurrence.target, self._input(occurrence))

    def _input(self, occurrence: Occurrence) -> str:
        given = occurrence.target.get("Input")
        return occurrence.fill(given) if given else self._notice(occurrence)

    def _notice(self, occurrence: Occurrence) -> str:
        """Return what Scheduler sends when a schedule has no input."""
        event = self._bus.envelopes.make(
            "aws.scheduler",
            "Scheduled Event",
            {},
            resources=[occurrence.schedule_arn],
            time=occurrence.due,
        )
        return json.dumps({**event, "id": occurrence.execution, "detail": "{}"})

    def _bury(self, occurrence: Occurrence, end: GaveUp) -> None:
        target, body = occurrence.target, self._input(occurrence)
        queue = (target.get("DeadLetterConfig") or {}).get("Arn")
        reason = f"{end.error.code}: {end.error.message}"
        if queue is None:
            self._lose(occurrence, body, reason)
            return
        attributes = {
            **about(end),
            "EXECUTION_ID": occurrence.execution,
            "IS_PAYLOAD_TRUNCATED": "false",
            "SCHEDULED_TIME": occurrence.scheduled_time,
            "SCHEDULE_ARN": occurrence.schedule_arn,
            "TARGET_ARN": target["Arn"],
        }
        try:
            self._targets.client(target, "sqs").send_message(
                QueueUrl=self._targets.queue_url(queue),
                MessageBody=body,
                MessageAttributes=as_message_attributes(attributes),
            )
        except Exception as error:  # Classified: what is no failed call is raised again.
            refused = classify(error)
            self._lose(occurrence, body, f"{reason}; then {queue}: {refused.message}")

    def _lose(self, occurrence: Occurrence, body: str, reason: str) -> None:
        lost = Lost(occurrence.schedule_arn, occurrence.target["Arn"], body, reason)
        self._bus.lost.append(lost)
