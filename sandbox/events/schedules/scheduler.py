"""EventBridge Scheduler."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.events.schedules.checks import check_schedule
from sandbox.events.schedules.expressions import Rate
from sandbox.events.schedules.firing import Firing
from sandbox.events.schedules.groups import Groups
from sandbox.events.schedules.recurrence import Recurrence
from sandbox.events.schedules.schedule import Schedule, completed
from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.account import Account
    from sandbox.events.bus.bus import Bus


class Scheduler:
    """Stores schedules and fires them."""

    def __init__(self, account: Account, bus: Bus) -> None:
        self._account = account
        self._bus = bus
        self._place = f"{account.region}:{account.account_id}"
        self._firing = Firing(account, bus)
        self._running: dict[str, Recurrence] = {}
        self._tokens: dict[str, str] = {}
        self.groups = Groups(self._place, account.kernel.now())

    def create(self, given: dict[str, Any]) -> Schedule:
        """Make a schedule from CreateSchedule's parameters; a client token makes it once."""
        now = self._account.kernel.now()
        group, name = self.groups.get(given.get("GroupName")), given["Name"]
        self._check(given, group.arn)
        existing = group.schedules.get(name)
        if existing is not None:
            if given.get("ClientToken") and self._tokens.get(existing.arn) == given["ClientToken"]:
                return existing
            raise AwsError("ConflictException", f"Schedule {name} already exists.", 409)
        arn = f"arn:aws:scheduler:{self._place}:schedule/{group.name}/{name}"
        schedule = Schedule(name, group.name, arn, completed(given), now, now)
        group.schedules[name] = schedule
        self._tokens[arn] = given.get("ClientToken") or ""
        self._begin(schedule)
        return schedule

    def update(self, given: dict[str, Any]) -> Schedule:
        """Replace all settings of a schedule; what is not given returns to its default."""
        schedule = self.groups.schedule(given.get("GroupName"), given["Name"])
        now = self._account.kernel.now()
        self._check(given, self.groups.get(schedule.group).arn)
        schedule.settings, schedule.modified = completed(given), now
        self._begin(schedule)
        return schedule

    def delete(self, group: str | None, name: str) -> None:
        """Delete a schedule; what is under way is still delivered."""
        schedule = self.groups.schedule(group, name)
        del self.groups.get(group).schedules[name]
        self._stop(schedule)

    def delete_group(self, name: str) -> None:
        """Delete a group with its schedules."""
        for schedule in self.groups.delete(name):
            self._stop(schedule)

    def listed(self, group: str | None) -> list[Schedule]:
        """List the schedules of a group, or all."""
        groups = [self.groups.get(group)] if group else self.groups.listed()
        return [one for group_ in groups for _, one in sorted(group_.schedules.items())]

    def _check(self, given: dict[str, Any], group_arn: str) -> None:
        """Refuse what Scheduler refuses; it assumes roles in the name of the group."""
        context = {
            "aws:sourcearn": group_arn,
            "aws:sourceaccount": self._account.account_id,
        }
        check_schedule(given, self._account.kernel.now(), self._bus.permissions, context)

    def _begin(self, schedule: Schedule) -> None:
        self._stop(schedule)
        if schedule.settings["State"] != "ENABLED":
            return
        recurrence = Recurrence(
            self._account.kernel,
            schedule.plan,
            lambda due, last: self._fire(schedule, due, last=last),
            name=f"schedule {schedule.name}",
            spread=lambda: self._bus.numbers.random() * schedule.window,
        )
        self._running[schedule.arn] = recurrence
        recurrence.begin(self._first_after(schedule))

    def _first_after(self, schedule: Schedule) -> datetime:
        """Return the moment after which occurrences count: a rate occurs at its start as well."""
        now = self._account.kernel.now()
        plan = schedule.plan
        at_once = isinstance(plan.expression, Rate) and plan.start is None
        return now - timedelta(microseconds=1) if at_once else now

    def _stop(self, schedule: Schedule) -> None:
        recurrence = self._running.pop(schedule.arn, None)
        if recurrence is not None:
            recurrence.cancel()

    def _fire(self, schedule: Schedule, due: datetime, *, last: bool) -> None:
        self._firing.fire(schedule, due)
        if last and schedule.settings["ActionAfterCompletion"] == "DELETE":
            self.delete(schedule.group, schedule.name)
