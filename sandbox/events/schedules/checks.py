"""What Scheduler refuses when a schedule is made or changed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from botocore.exceptions import ClientError

from sandbox.events.failures import DeliveryFailed
from sandbox.events.schedules.expressions import At, InvalidExpression, parse_schedule
from sandbox.events.schedules.targets import check_target
from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from sandbox.events.permissions import Permissions

_EARLIEST_START = timedelta(minutes=5)


def check_schedule(
    given: dict[str, Any], now: datetime, permissions: Permissions, context: dict[str, str]
) -> None:
    """Refuse with the error that Scheduler answers.

    Parameters
    ----------
    context
        What Scheduler says about itself when it assumes the role.
    """
    try:
        expression = parse_schedule(given["ScheduleExpression"])
    except InvalidExpression as error:
        raise _invalid(str(error)) from error
    _check_zone(given.get("ScheduleExpressionTimezone"))
    _check_window(given["FlexibleTimeWindow"])
    if not isinstance(expression, At):
        _check_dates(given.get("StartDate"), given.get("EndDate"), now)
    check_target(given["Target"])
    _check_role(given["Target"]["RoleArn"], permissions, context)


def _check_zone(name: str | None) -> None:
    try:
        ZoneInfo(name or "UTC")
    except (KeyError, ValueError, OSError) as error:
        raise _invalid("Invalid ScheduleExpressionTimezone.") from error


def _check_window(window: dict[str, Any]) -> None:
    flexible = window["Mode"] == "FLEXIBLE"
    if flexible != (window.get("MaximumWindowInMinutes") is not None):
        needs = "needs" if flexible else "must not have"
        raise _invalid(f"FlexibleTimeWindow with mode {window['Mode']} {needs} a maximum window.")


def _check_dates(start: datetime | None, end: datetime | None, now: datetime) -> None:
    if start is not None and start < now - _EARLIEST_START:
        raise _invalid("The StartDate you specify cannot be earlier than 5 minutes ago.")
    if end is not None and end <= now:
        raise _invalid("The EndDate you specify must be in the future.")
    if start is not None and end is not None and end <= start:
        raise _invalid("The EndDate you specify must come after the StartDate you specify.")


def _check_role(arn: str, permissions: Permissions, context: dict[str, str]) -> None:
    try:
        permissions.require_role(arn, "scheduler", context)
    except (ClientError, DeliveryFailed) as error:
        message = "The execution role you provide must allow AWS EventBridge Scheduler to assume"
        raise _invalid(f"{message} the role.") from error


def _invalid(message: str) -> AwsError:
    return AwsError("ValidationException", message)
