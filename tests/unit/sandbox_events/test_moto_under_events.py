"""What this area replaces in moto is still there, with the signature that it counts on."""

import inspect

import pytest
from moto.events import models as events
from moto.s3 import models as s3
from moto.s3 import notifications
from moto.sns import models as sns
from moto.sqs import models as sqs

from sandbox.events._moto import messaging, objects, rules

SIGNATURES = [
    (rules.ORIGINALS["put_rule"], "name description event_bus_arn event_pattern role_arn"),
    (rules.ORIGINALS["put_targets"], "name event_bus_arn targets"),
    (rules.ORIGINALS["delete_rule"], "name event_bus_arn"),
    (rules.ORIGINALS["enable_rule"], "name event_bus_arn"),
    (rules.ORIGINALS["disable_rule"], "name event_bus_arn"),
    (objects.DELETE_OBJECT, "bucket_name key_name version_id bypass"),
    (objects.COMPLETE_UPLOAD, "bucket_name"),
    (
        messaging.RECEIVE_MESSAGE,
        "queue_name count wait_seconds_timeout visibility_timeout message_attribute_names",
    ),
    (notifications.send_event, "account_id event_name bucket key"),
]


@pytest.mark.parametrize(
    ("function", "expected"), SIGNATURES, ids=lambda v: getattr(v, "__name__", "")
)
def test_signatures(function, expected):
    names = [name for name in inspect.signature(function).parameters if name != "self"]
    assert names[: len(expected.split())] == expected.split()


def test_s3_still_announces_through_the_function_that_is_replaced():
    assert "_send_event_bridge_message(account_id, bucket, event_name, key)" in inspect.getsource(
        notifications.send_event
    )
    source = inspect.getsource(s3)
    for function in ("send_event", "OBJECT_CREATED_PUT_EVENT", "OBJECT_CREATED_COPY_EVENT"):
        assert f"notifications.{function}" in source or f".{function}" in source


def test_what_is_read_is_still_kept(account):
    client = account.client("events")
    client.put_rule(Name="r", EventPattern='{"source": ["a"]}')
    backend = events.events_backends[account.account_id][account.region]
    rule = backend.event_buses["default"].rules["r"]
    assert rule.event_pattern.dump() == '{"source": ["a"]}'
    assert (rule.state, rule.targets, rule.scheduled_expression) == ("ENABLED", [], None)
    topic = account.client("sns").create_topic(Name="t")["TopicArn"]
    assert topic in sns.sns_backends[account.account_id][account.region].topics
    assert hasattr(sqs.SQSBackend, "receive_message")


def test_moto_never_delivers_by_itself(account):
    account.client("events").put_rule(Name="r", EventPattern='{"source": ["a"]}')
    backend = events.events_backends[account.account_id][account.region]
    with pytest.raises(Exception, match="moto tried to deliver"):
        backend.put_events([{"Source": "a", "DetailType": "b", "Detail": "{}"}])
