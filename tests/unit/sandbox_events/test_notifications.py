import json

import pytest
from botocore.exceptions import ClientError

from tests.unit.sandbox_events.events_account import ACCOUNT, allow, make_queue, receive

FUNCTION = f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:listen"


@pytest.fixture
def topic(account):
    return account.client("sns").create_topic(Name="news")["TopicArn"]


@pytest.fixture
def queue(account, topic):
    return make_queue(account, "q", service="sns", source=topic)


def subscribe(account, topic, arn, protocol="sqs", **attributes):
    account.client("sns").subscribe(
        TopicArn=topic, Protocol=protocol, Endpoint=arn, Attributes=attributes
    )


def publish(account, topic, message="hello", **more):
    account.client("sns").publish(TopicArn=topic, Message=message, **more)
    account.kernel.settle()


def test_a_queue_gets_the_envelope(account, topic, queue):
    subscribe(account, topic, queue[1])
    attributes = {"kind": {"DataType": "String", "StringValue": "release"}}
    publish(account, topic, Subject="Released", MessageAttributes=attributes)
    body = json.loads(receive(account, queue[0])[0]["Body"])
    assert (body["Type"], body["TopicArn"], body["Message"]) == ("Notification", topic, "hello")
    assert body["Subject"] == "Released"
    assert body["MessageAttributes"] == {"kind": {"Type": "String", "Value": "release"}}
    assert body["Timestamp"] == "2026-01-05T09:00:00.000Z"


def test_raw_delivery_is_the_message_itself(account, topic, queue):
    subscribe(account, topic, queue[1], RawMessageDelivery="true")
    attributes = {"kind": {"DataType": "String", "StringValue": "release"}}
    publish(account, topic, MessageAttributes=attributes)
    message = receive(account, queue[0])[0]
    assert message["Body"] == "hello"
    assert message["MessageAttributes"]["kind"]["StringValue"] == "release"


def test_filters_over_attributes(account, topic, queue):
    policy = json.dumps({"kind": ["drift", {"prefix": "rel"}], "n": [{"numeric": [">", 2]}]})
    subscribe(account, topic, queue[1], FilterPolicy=policy, RawMessageDelivery="true")

    def attributes(kind, n):
        return {
            "kind": {"DataType": "String", "StringValue": kind},
            "n": {"DataType": "Number", "StringValue": str(n)},
        }

    publish(account, topic, "wrong kind", MessageAttributes=attributes("burst", 5))
    publish(account, topic, "too low", MessageAttributes=attributes("drift", 1))
    publish(account, topic, "no attributes")
    publish(account, topic, "yes", MessageAttributes=attributes("release", 5))
    assert [message["Body"] for message in receive(account, queue[0])] == ["yes"]


def test_filters_over_the_body(account, topic, queue):
    settings = {"FilterPolicy": '{"detail": {"ok": [true]}}', "FilterPolicyScope": "MessageBody"}
    subscribe(account, topic, queue[1], RawMessageDelivery="true", **settings)
    for body in ('{"detail": {"ok": false}}', "no json", '{"detail": {"ok": true}}'):
        publish(account, topic, body)
    assert [m["Body"] for m in receive(account, queue[0])] == ['{"detail": {"ok": true}}']


def test_each_protocol_can_have_its_own_body(account, topic, queue):
    subscribe(account, topic, queue[1], RawMessageDelivery="true")
    subscribe(account, topic, "a@example.com", protocol="email")
    bodies = {"default": "d", "sqs": "for queues"}
    publish(account, topic, json.dumps(bodies), MessageStructure="json")
    assert receive(account, queue[0])[0]["Body"] == "for queues"
    assert [sent.message for sent in account.bus.notifications.outbox] == ["d"]


def test_mail_lands_in_the_outbox(account, topic):
    subscribe(account, topic, "a@example.com", protocol="email")
    publish(account, topic, Subject="Rolled back")
    sent = account.bus.notifications.outbox[0]
    assert (sent.protocol, sent.endpoint, sent.subject) == (
        "email",
        "a@example.com",
        "Rolled back",
    )


def test_a_queue_whose_policy_does_not_name_the_topic_gets_nothing(account, topic):
    url, arn = make_queue(account, "closed")
    subscribe(account, topic, arn)
    publish(account, topic)
    assert receive(account, url) == []
    assert account.bus.lost[0].target == arn


def test_what_cannot_be_delivered_goes_to_the_subscriptions_dead_letter_queue(
    account, topic, queue
):
    _, closed = make_queue(account, "closed")
    redrive = json.dumps({"deadLetterTargetArn": queue[1]})
    subscribe(account, topic, closed, RedrivePolicy=redrive)
    publish(account, topic)
    assert json.loads(receive(account, queue[0])[0]["Body"])["Message"] == "hello"


def test_a_function_gets_records(account, topic):
    account.function_policies[FUNCTION] = [allow("sns", "lambda:InvokeFunction", FUNCTION, topic)]
    subscribe(account, topic, FUNCTION, protocol="lambda")
    publish(account, topic)
    record = account.invoked[0][1]["Records"][0]
    assert (record["EventSource"], record["Sns"]["Message"]) == ("aws:sns", "hello")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ({"Message": ""}, "Empty message"),
        ({"Message": "x" * 262_145}, "Message too long"),
        ({"Message": "x", "Subject": "y" * 101}, "Subject"),
        ({"Message": "x", "Subject": "two\nlines"}, "Subject"),
        ({"Message": "{}", "MessageStructure": "json"}, "No default entry"),
        ({"Message": "{", "MessageStructure": "json"}, "failed to parse"),
        ({"Message": "x", "MessageGroupId": "g"}, "MessageGroupId"),
    ],
)
def test_messages_that_sns_refuses(account, topic, given, problem):
    with pytest.raises(ClientError, match=problem):
        account.client("sns").publish(TopicArn=topic, **given)


def test_a_topic_that_is_not_there(account):
    with pytest.raises(ClientError, match="NotFound"):
        publish(account, f"arn:aws:sns:us-east-1:{ACCOUNT}:none")


def test_batches_answer_for_each_entry(account, topic, queue):
    subscribe(account, topic, queue[1], RawMessageDelivery="true")
    entries = [{"Id": "a", "Message": "one"}, {"Id": "b", "Message": ""}]
    answer = account.client("sns").publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)
    account.kernel.settle()
    assert [entry["Id"] for entry in answer["Successful"]] == ["a"]
    assert [entry["Id"] for entry in answer["Failed"]] == ["b"]
    assert [message["Body"] for message in receive(account, queue[0])] == ["one"]


def test_visibility_passes_in_sandbox_time(account):
    sqs = account.client("sqs")
    url, _ = make_queue(account, "work", VisibilityTimeout="60")
    sqs.send_message(QueueUrl=url, MessageBody="job")
    assert len(sqs.receive_message(QueueUrl=url)["Messages"]) == 1
    account.kernel.advance(59)
    assert "Messages" not in sqs.receive_message(QueueUrl=url)
    account.kernel.advance(2)
    assert len(sqs.receive_message(QueueUrl=url)["Messages"]) == 1


def test_a_long_poll_waits_in_sandbox_time(account):
    url, _ = make_queue(account, "work")
    before = account.kernel.timestamp()
    answer = account.client("sqs").receive_message(QueueUrl=url, WaitTimeSeconds=20)
    assert "Messages" not in answer
    assert account.kernel.timestamp() - before == pytest.approx(20)


def test_a_long_poll_ends_when_a_message_comes(account):
    sqs = account.client("sqs")
    url, _ = make_queue(account, "work")
    account.kernel.call_later(
        5, lambda: sqs.send_message(QueueUrl=url, MessageBody="late"), name="sender"
    )
    before = account.kernel.timestamp()
    found = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]
    assert found[0]["Body"] == "late"
    assert account.kernel.timestamp() - before <= 7
