"""Rules of EventBridge that run on a schedule, in UTC."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sandbox.events._moto import event_rules
from sandbox.events.schedules.expressions import parse_rule
from sandbox.events.schedules.recurrence import Plan, Recurrence

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.account import Account
    from sandbox.events.bus.bus import Bus

_UTC = ZoneInfo("UTC")


class ScheduledRules:
    """Keeps one recurrence for every enabled rule with a schedule."""

    def __init__(self, account: Account, bus: Bus) -> None:
        self._account = account
        self._bus = bus
        self._running: dict[tuple[str, str], Recurrence] = {}

    def refresh(self) -> None:
        """Begin and end recurrences so that they are those of the rules that there are now."""
        wanted = {
            (rule.name, rule.schedule)
            for rule in event_rules(self._account, "default") or ()
            if rule.enabled and rule.schedule
        }
        for key in self._running.keys() - wanted:
            self._running.pop(key).cancel()
        for name, schedule in sorted(wanted - self._running.keys()):
            self._running[name, schedule] = self._begin(name, schedule)

    def _begin(self, name: str, schedule: str) -> Recurrence:
        now = self._account.kernel.now()
        plan = Plan(parse_rule(schedule), _UTC, anchor=now)
        recurrence = Recurrence(
            self._account.kernel,
            plan,
            lambda due, _: self._fire(name, due),
            name=f"scheduled rule {name}",
        )
        recurrence.begin(now)
        return recurrence

    def _fire(self, name: str, due: datetime) -> None:
        for rule in event_rules(self._account, "default") or ():
            if rule.name == name:
                event = self._bus.envelopes.make(
                    "aws.events", "Scheduled Event", {}, resources=[rule.arn], time=due
                )
                self._bus.deliver(name, rule.arn, rule.targets, event)
