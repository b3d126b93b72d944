from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox.account import Account
    from tests.unit.sandbox_functions.conftest import Create, Logged

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

FAILS = "def handler(e, c):\n    print('try', c.aws_request_id)\n    raise ValueError('never')"


@pytest.fixture
def queue(account: Account) -> str:
    url: str = account.client("sqs").create_queue(QueueName="q")["QueueUrl"]
    return url


def received(account: Account, queue: str) -> list[dict[str, Any]]:
    answer = account.client("sqs").receive_message(
        QueueUrl=queue, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
    )
    return list(answer.get("Messages", []))


def send(account: Account, event: Any = None) -> None:
    account.client("lambda").invoke(
        FunctionName="f", InvocationType="Event", Payload=json.dumps(event).encode()
    )


def tries(logged: Logged) -> list[str]:
    return [each.split()[1] for each in logged() if each.startswith("try ")]


def test_an_event_is_accepted_and_runs_later(
    account: Account, create: Create, logged: Logged
) -> None:
    create("def handler(e, c): print('try', e)")
    send(account, "x")
    assert account.functions.history == []
    account.kernel.settle()
    account.kernel.advance(1)
    assert tries(logged) == ["x"]


def test_a_failing_function_is_tried_twice_more_after_one_and_two_minutes(
    account: Account, create: Create, logged: Logged
) -> None:
    create(FAILS)
    send(account)
    for seconds, expected in ((10, 1), (45, 1), (10, 2), (110, 2), (15, 3), (3600, 3)):
        account.kernel.advance(seconds)
        assert len(tries(logged)) == expected
    assert len(set(tries(logged))) == 1, "every try has the same request id"


def test_the_dead_letter_queue_gets_the_event_with_the_error(
    account: Account, queue: str, create: Create, logged: Logged
) -> None:
    arn = f"arn:aws:sqs:us-east-1:{account.account_id}:q"
    create(FAILS, DeadLetterConfig={"TargetArn": arn})
    send(account, {"drop": 1})
    account.kernel.advance(600)
    [letter] = received(account, queue)
    assert json.loads(letter["Body"]) == {"drop": 1}
    attributes = {k: v["StringValue"] for k, v in letter["MessageAttributes"].items()}
    assert attributes["ErrorMessage"] == "never"
    assert attributes["ErrorCode"] == "200"
    assert attributes["RequestID"] == tries(logged)[0]
    senders = [r for r in account.gateway.records if r.operation == "SendMessage"]
    assert [r.principal.session for r in senders] == ["f"]


def test_the_destination_gets_a_record(account: Account, queue: str, create: Create) -> None:
    arn = f"arn:aws:sqs:us-east-1:{account.account_id}:q"
    create(FAILS)
    account.client("lambda").put_function_event_invoke_config(
        FunctionName="f",
        MaximumRetryAttempts=1,
        DestinationConfig={"OnFailure": {"Destination": arn}},
    )
    send(account, {"drop": 1})
    account.kernel.advance(600)
    [message] = received(account, queue)
    record = json.loads(message["Body"])
    assert record["requestContext"]["condition"] == "RetriesExhausted"
    assert record["requestContext"]["approximateInvokeCount"] == 2
    assert record["requestPayload"] == {"drop": 1}
    assert record["responseContext"]["functionError"] == "Unhandled"
    assert record["responsePayload"]["errorType"] == "ValueError"


def test_throttled_events_wait_until_they_are_too_old(
    account: Account, queue: str, create: Create
) -> None:
    arn = f"arn:aws:sqs:us-east-1:{account.account_id}:q"
    create("def handler(e, c): print('try', e)", DeadLetterConfig={"TargetArn": arn})
    client = account.client("lambda")
    client.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=0)
    client.put_function_event_invoke_config(FunctionName="f", MaximumEventAgeInSeconds=300)
    send(account, "late")
    account.kernel.advance(30)
    assert received(account, queue) == []
    send(account, "kept")
    account.kernel.advance(280)
    [letter] = received(account, queue)
    assert json.loads(letter["Body"]) == "late"
    assert letter["MessageAttributes"]["ErrorCode"]["StringValue"] == "429"
    assert account.kernel.timestamp() == START.timestamp() + 310


def test_a_queue_that_refuses_is_remembered(account: Account, create: Create) -> None:
    arn = f"arn:aws:sqs:us-east-1:{account.account_id}:gone"
    create(FAILS, DeadLetterConfig={"TargetArn": arn})
    send(account)
    account.kernel.advance(600)
    [(name, target, code)] = account.functions.queue.destinations.lost
    assert (name, target) == ("f", arn)
    assert "NonExistentQueue" in code


def test_topics_invoke_their_subscribers(account: Account, create: Create, logged: Logged) -> None:
    arn = create("import json\ndef handler(e, c): print('try', json.dumps(e))")
    sns = account.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="lambda", Endpoint=arn)
    sns.publish(TopicArn=topic, Message="hello", Subject="s")
    account.kernel.advance(1)
    [line] = [each for each in logged() if each.startswith("try ")]
    [record] = json.loads(line[4:])["Records"]
    assert record["EventSource"] == "aws:sns"
    assert record["Sns"]["TopicArn"] == topic
    assert (record["Sns"]["Message"], record["Sns"]["Subject"]) == ("hello", "s")
    assert record["Sns"]["Timestamp"] == "2026-01-05T09:00:00.000Z"
