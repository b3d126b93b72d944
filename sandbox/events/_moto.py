"""What this area reads and replaces within moto; nowhere else does it touch moto's insides.

moto stores rules, schedules, topics and queues; it validates loosely and delivers by itself, at
once and without permissions. Each replacement says why it is there. `tests/unit/sandbox_events/
test_moto_seams.py` fails when moto changes underneath.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.core.exceptions import JsonRESTError
from moto.events import models as events_models
from moto.s3 import models as s3_models
from moto.s3 import notifications as s3_notifications
from moto.sns import models as sns_models
from moto.sqs import models as sqs_models

from sandbox.errors import Unsupported

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.account import Account

_ENABLED = ("ENABLED", "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS")


@dataclass(frozen=True)
class StoredRule:
    """A rule as moto keeps it."""

    name: str
    arn: str
    enabled: bool
    pattern: str | None
    schedule: str | None
    targets: list[dict[str, Any]]


def event_rules(account: Account, bus: str) -> list[StoredRule] | None:
    """Return the rules of a bus, or None when there is no such bus."""
    backend = events_models.events_backends[account.account_id][account.region]
    found = backend.event_buses.get(bus.rpartition("/")[2])
    return None if found is None else [_stored(rule) for rule in found.rules.values()]


def _stored(rule: Any) -> StoredRule:
    return StoredRule(
        name=rule.name,
        arn=rule.arn,
        enabled=rule.state in _ENABLED,
        pattern=rule.event_pattern.dump() or None,
        schedule=rule.scheduled_expression or None,
        targets=rule.targets,
    )


@dataclass(frozen=True)
class RuleHooks:
    """What happens around changes of rules.

    Attributes
    ----------
    check_rule, check_targets
        Raise `Refused` for what AWS refuses.
    changed
        Called after every change of any rule.
    """

    check_rule: Callable[[str | None, str | None], None]
    check_targets: Callable[[list[dict[str, Any]]], None]
    changed: Callable[[], None]


class Refused(Exception):
    """A change that AWS refuses, with the code that it answers."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


_originals = {
    name: getattr(events_models.EventsBackend, name)
    for name in ("put_rule", "put_targets", "delete_rule", "enable_rule", "disable_rule")
}
_delete_object = s3_models.S3Backend.delete_object
_complete_upload = s3_models.S3Backend.complete_multipart_upload
_receive_message = sqs_models.SQSBackend.receive_message


def watch_rules(hooks: RuleHooks) -> None:
    """Check rules and targets on every way in.

    CloudFormation calls the backend without passing the gateway, so the backend is the place;
    moto checks patterns and schedules hardly, and targets not at all.
    """

    def put_rule(backend: Any, name: str, **given: Any) -> Any:
        _asking(lambda: hooks.check_rule(given.get("event_pattern"), _schedule(given)))
        rule = _originals["put_rule"](backend, name, **given)
        hooks.changed()
        return rule

    def put_targets(backend: Any, name: str, event_bus_arn: Any, targets: Any) -> None:
        _asking(lambda: hooks.check_targets(targets))
        _originals["put_targets"](backend, name, event_bus_arn, targets)

    _replace(events_models.EventsBackend, put_rule=put_rule, put_targets=put_targets)
    for name in ("delete_rule", "enable_rule", "disable_rule"):
        changing = _then(_originals[name], hooks.changed)
        _replace(events_models.EventsBackend, **{name: changing})
    _replace(events_models.Rule, send_to_targets=_no_delivery)


def _replace(owner: Any, **functions: Callable[..., Any]) -> None:
    for name, function in functions.items():
        setattr(owner, name, function)


def _schedule(given: dict[str, Any]) -> str | None:
    return given.get("scheduled_expression")


def _asking(check: Callable[[], None]) -> None:
    try:
        check()
    except Refused as refused:
        raise JsonRESTError(refused.code, refused.message) from refused


def _then(original: Callable[..., Any], changed: Callable[[], None]) -> Callable[..., Any]:
    def call(backend: Any, *args: Any, **kwargs: Any) -> Any:
        result = original(backend, *args, **kwargs)
        changed()
        return result

    return call


def _no_delivery(rule: Any, *_: Any, **__: Any) -> None:
    """Replace moto's own delivery, which would come on top of ours."""
    raise Unsupported(f"moto tried to deliver an event of the rule {rule.name} by itself.")


def watch_objects(
    written: Callable[[Any, str, Any], None],
    deleted: Callable[[str, str, str | None, dict[str, Any]], None],
) -> None:
    """Tell about objects written and deleted, whichever API did it.

    moto's own events lack a true sequencer, spell `etag` and the reason in its own way, and are
    not sent at all for delete markers and deleted versions.
    """
    completing: list[str] = []

    def send(account_id: str, bucket: Any, event_name: Any, key: Any) -> None:
        del account_id
        kind = str(event_name.value)
        repeated = bool(completing) and not kind.endswith("CompleteMultipartUpload")
        if "ObjectRemoved" not in kind and not repeated:
            written(bucket, kind, key)

    def complete_multipart_upload(backend: Any, *args: Any, **kwargs: Any) -> Any:
        completing.append("moto announces the finished upload as a plain one as well")
        try:
            return _complete_upload(backend, *args, **kwargs)
        finally:
            completing.pop()

    def delete_object(backend: Any, bucket_name: str, key_name: str, *args: Any, **kw: Any) -> Any:
        version = args[0] if args else kw.get("version_id")
        done, meta = _delete_object(backend, bucket_name, key_name, *args, **kw)
        if done:
            deleted(bucket_name, key_name, version, meta)
        return done, meta

    _replace(s3_notifications, _send_event_bridge_message=send)
    _replace(s3_models.S3Backend, delete_object=delete_object)
    _replace(s3_models.S3Backend, complete_multipart_upload=complete_multipart_upload)


def stored_object(account: Account, bucket: str, key: str, version_id: str | None) -> Any:
    """Return an object as moto keeps it, or None."""
    backend = s3_models.s3_backends[account.account_id]["aws"]
    return backend.get_object(bucket, key, version_id=version_id)


def has_event_bridge(account: Account, bucket_name: str) -> bool:
    """Whether a bucket sends its events to EventBridge."""
    backend = s3_models.s3_backends[account.account_id]["aws"]
    found = backend.buckets.get(bucket_name)
    configured = getattr(found, "notification_configuration", None)
    return configured is not None and configured.event_bridge is not None


@dataclass(frozen=True)
class Subscription:
    """A subscription of a topic as moto keeps it."""

    arn: str
    protocol: str
    endpoint: str
    attributes: dict[str, Any]


def subscriptions(account: Account, topic_arn: str) -> list[Subscription] | None:
    """Return a topic's subscriptions, or None when there is no such topic."""
    backend = sns_models.sns_backends[account.account_id][account.region]
    if topic_arn not in backend.topics:
        return None
    return [
        Subscription(found.arn, found.protocol, found.endpoint, found.attributes)
        for found in backend.subscriptions.values()
        if found.topic.arn == topic_arn
    ]


def poll_in_sandbox_time(sleep: Callable[[float], None]) -> None:
    """Let long polls of queues wait in sandbox time.

    moto waits on a real lock until a clock that stands still reaches the end of the poll.
    """

    def receive_message(  # noqa: PLR0913, PLR0917 - moto's own signature
        backend: Any,
        queue_name: str,
        count: int,
        wait_seconds_timeout: int,
        visibility_timeout: int,
        message_attribute_names: list[str] | None = None,
    ) -> Any:
        rest = (visibility_timeout, message_attribute_names)
        for _ in range(int(wait_seconds_timeout or 0)):
            found = _receive_message(backend, queue_name, count, 0, *rest)
            if found:
                return found
            sleep(1.0)
        return _receive_message(backend, queue_name, count, 0, *rest)

    _replace(sqs_models.SQSBackend, receive_message=receive_message)
