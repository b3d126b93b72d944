"""Rules of EventBridge: moto stores them; what is checked and what happens is ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.core.exceptions import JsonRESTError
from moto.events import models as events_models

from sandbox.errors import Unsupported
from sandbox.replacing import replace

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


ORIGINALS = {
    name: getattr(events_models.EventsBackend, name)
    for name in ("put_rule", "put_targets", "delete_rule", "enable_rule", "disable_rule")
}


def watch_rules(hooks: RuleHooks) -> None:
    """Check rules and targets on every way in.

    CloudFormation calls the backend without passing the gateway, so the backend is the place;
    moto checks patterns and schedules hardly, and targets not at all.
    """

    def put_rule(backend: Any, name: str, **given: Any) -> Any:
        _asking(lambda: hooks.check_rule(given.get("event_pattern"), _schedule(given)))
        rule = ORIGINALS["put_rule"](backend, name, **given)
        hooks.changed()
        return rule

    def put_targets(backend: Any, name: str, event_bus_arn: Any, targets: Any) -> None:
        _asking(lambda: hooks.check_targets(targets))
        ORIGINALS["put_targets"](backend, name, event_bus_arn, targets)

    replace(events_models.EventsBackend, put_rule=put_rule, put_targets=put_targets)
    for name in ("delete_rule", "enable_rule", "disable_rule"):
        changing = _then(ORIGINALS[name], hooks.changed)
        replace(events_models.EventsBackend, **{name: changing})
    replace(events_models.Rule, send_to_targets=_no_delivery)


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
