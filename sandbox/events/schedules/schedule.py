"""A schedule of EventBridge Scheduler as it is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sandbox.events.schedules.expressions import At, parse_schedule
from sandbox.events.schedules.recurrence import Plan

if TYPE_CHECKING:
    from datetime import datetime

_SHOWN = (
    "Description ScheduleExpression ScheduleExpressionTimezone StartDate EndDate KmsKeyArn "
    "FlexibleTimeWindow Target State ActionAfterCompletion"
).split()
_DEFAULT_RETRIES = {"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185}


@dataclass
class Schedule:
    """A schedule: the caller's settings with Scheduler's defaults filled in."""

    name: str
    group: str
    arn: str
    settings: dict[str, Any]
    created: datetime
    modified: datetime

    @property
    def target(self) -> dict[str, Any]:
        """The target as given, with the default retry policy."""
        found: dict[str, Any] = self.settings["Target"]
        return found

    @property
    def plan(self) -> Plan:
        """When it occurs; start and end do not apply to one-time schedules."""
        expression = parse_schedule(self.settings["ScheduleExpression"])
        start, end = self.settings.get("StartDate"), self.settings.get("EndDate")
        if isinstance(expression, At):
            start = end = None
        zone = ZoneInfo(self.settings["ScheduleExpressionTimezone"])
        return Plan(expression, zone, start or self.modified, start, end)

    @property
    def window(self) -> float:
        """Seconds within which an occurrence may be delivered late on purpose."""
        return float(self.settings["FlexibleTimeWindow"].get("MaximumWindowInMinutes") or 0) * 60

    def describe(self) -> dict[str, Any]:
        """Return it as GetSchedule does."""
        shown = {key: self.settings[key] for key in _SHOWN if self.settings.get(key) is not None}
        return {**self._identity(), **shown}

    def summary(self) -> dict[str, Any]:
        """Return it as ListSchedules does."""
        target = {"Arn": self.target["Arn"]}
        return {**self._identity(), "State": self.settings["State"], "Target": target}

    def _identity(self) -> dict[str, Any]:
        return {
            "Arn": self.arn,
            "Name": self.name,
            "GroupName": self.group,
            "CreationDate": self.created,
            "LastModificationDate": self.modified,
        }


def completed(given: dict[str, Any]) -> dict[str, Any]:
    """Return settings with Scheduler's defaults in place of what is not given."""
    settings = {key: given[key] for key in _SHOWN if given.get(key) is not None}
    target = {"RetryPolicy": {}, **settings["Target"]}
    target["RetryPolicy"] = {**_DEFAULT_RETRIES, **(target["RetryPolicy"] or {})}
    return {
        "ScheduleExpressionTimezone": "UTC",
        "State": "ENABLED",
        "ActionAfterCompletion": "NONE",
        **settings,
        "Target": target,
    }
