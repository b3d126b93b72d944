"""Schedules of EventBridge Scheduler."""

from __future__ import annotations

import json
from datetime import UTC
from typing import TYPE_CHECKING, Any

from slipway.adapters.clients import client
from slipway.adapters.faults import code_of, passing_faults
from slipway.ports import FoundSchedule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta


# Scheduler puts the moment itself here.
_DUE = "<aws.scheduler.scheduled-time>"
_SETTINGS = (
    "Name GroupName Description ScheduleExpression ScheduleExpressionTimezone StartDate EndDate "
    "KmsKeyArn FlexibleTimeWindow Target ActionAfterCompletion"
).split()


class EventSchedules:
    """Implements RecurringSchedules, PausedSchedules and ScheduleReader.

    Parameters
    ----------
    role : str, optional
        ARN of the role as which Scheduler calls; taking schedules away needs none.
    dead_letters : str, optional
        ARN of the queue for what could not be called or started in a day.
    """

    def __init__(self, role: str = "", dead_letters: str = "") -> None:
        self.role = role
        self.dead_letters = dead_letters

    def every_minute(
        self, name: str, target: str, payload: Mapping[str, Any], *, until: datetime
    ) -> None:
        """Call a function each minute from now on; replaces a schedule of this name."""
        # A look that is late is worth nothing: the next one sees more. Nor is it a dead letter, or
        # each busy minute would be a person's affair.
        retries = {"MaximumRetryAttempts": 0, "MaximumEventAgeInSeconds": 60}
        self._put(
            name,
            ScheduleExpression="rate(1 minute)",
            EndDate=until,
            Target=self._target(target, payload, retries),
        )

    def once(self, name: str, target: str, payload: Mapping[str, Any], *, at: datetime) -> None:
        """Call a function, or start a workflow, at a moment; replaces a schedule of this name."""
        retries = {"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 86_400}
        self._put(
            name,
            ScheduleExpression=f"at({at.astimezone(UTC):%Y-%m-%dT%H:%M:%S})",
            Target=self._kept(self._target(target, payload, retries)),
        )

    def recurring(  # noqa: PLR0913 - the members of one request
        self,
        name: str,
        target: str,
        payload: Mapping[str, Any],
        *,
        expression: str,
        timezone: str,
        window: timedelta,
    ) -> None:
        """Start a workflow whenever a cron expression is due, up to `window` later."""
        retries = {"MaximumRetryAttempts": 185, "MaximumEventAgeInSeconds": 86_400}
        called = self._kept(self._target(target, payload, retries))
        minutes = int(window.total_seconds() // 60)
        self._put(
            name,
            ScheduleExpression=expression,
            ScheduleExpressionTimezone=timezone,
            FlexibleTimeWindow={"Mode": "FLEXIBLE", "MaximumWindowInMinutes": minutes},
            # When it is called the moment that was due may have passed by hours.
            Target={**called, "Input": called["Input"].replace("{due}", _DUE)},
        )

    def pause(self, name: str) -> bool:
        """Let a schedule rest; False if there is none, or it rests already."""
        return self._turn(name, "DISABLED")

    def resume(self, name: str) -> None:
        """Let a schedule go on; one that does not exist is no error."""
        self._turn(name, "ENABLED")

    def _turn(self, name: str, state: str) -> bool:
        from botocore.exceptions import ClientError

        try:
            with passing_faults():
                found = client("scheduler").get_schedule(Name=name)
                if found["State"] == state:
                    return False
                # What an update does not say returns to its default.
                kept = {each: found[each] for each in _SETTINGS if each in found}
                client("scheduler").update_schedule(**kept, State=state)
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise
            return False
        return True

    def find(self, name: str) -> FoundSchedule | None:
        """Return a schedule; None if there is none."""
        from botocore.exceptions import ClientError

        try:
            with passing_faults():
                found = client("scheduler").get_schedule(Name=name)
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise
            return None
        zone = found.get("ScheduleExpressionTimezone", "UTC")
        return FoundSchedule(found["ScheduleExpression"], zone, found["State"] == "ENABLED")

    def remove(self, name: str) -> None:
        """Remove a schedule; one that does not exist is no error."""
        from botocore.exceptions import ClientError

        try:
            with passing_faults():
                client("scheduler").delete_schedule(Name=name)
        except ClientError as error:
            if code_of(error) != "ResourceNotFoundException":
                raise

    def _target(
        self, target: str, payload: Mapping[str, Any], retries: Mapping[str, int]
    ) -> dict[str, Any]:
        return {
            "Arn": target,
            "RoleArn": self.role,
            "Input": json.dumps(payload),
            "RetryPolicy": dict(retries),
        }

    def _kept(self, target: dict[str, Any]) -> dict[str, Any]:
        """Let what cannot be delivered wait for a person: nobody else would miss it."""
        dead = {"DeadLetterConfig": {"Arn": self.dead_letters}} if self.dead_letters else {}
        return {**target, **dead}

    def _put(self, name: str, **settings: Any) -> None:
        from botocore.exceptions import ClientError

        request = {
            "Name": name,
            "FlexibleTimeWindow": {"Mode": "OFF"},
            "ActionAfterCompletion": "DELETE",
            **settings,
        }
        try:
            with passing_faults():
                client("scheduler").create_schedule(**request)
        except ClientError as error:
            # Also our own call, whose reply was lost.
            if code_of(error) != "ConflictException":
                raise
            with passing_faults():
                client("scheduler").update_schedule(**request)
