"""When an endpoint rests."""

from dataclasses import replace
from typing import Self

from pydantic import model_validator

from slipway.domain.capacity.calendar import SleepCalendar, skipped
from slipway.domain.capacity.cron import Cron, UnreadableCron
from slipway.domain.spec.section import Listed, Section, refusal, setting
from slipway.domain.spec.types import CalendarDay, CronExpression, TimeZoneName


class Sleep(Section):
    """A schedule of rest: the endpoint costs nothing between `at` and `until`."""

    at: CronExpression = setting(
        ...,
        "When the endpoint goes to sleep: minutes, hours, day of month, month, day of week, year.",
        example="cron(0 20 ? * MON-FRI *)",
    )
    until: CronExpression = setting(..., "When it wakes up.", example="cron(0 6 ? * MON-FRI *)")
    timezone: TimeZoneName = setting(
        "UTC", "Zone of `at` and `until`, with its summer time.", example="Europe/Vienna"
    )
    excepted: Listed[tuple[CalendarDay, ...]] = setting(
        (),
        "Local days on which the endpoint does not go to sleep.",
        example=["2026-12-24"],
        alias="except",
    )

    @model_validator(mode="after")
    def _wakes_again(self) -> Self:
        if self.at == self.until:
            raise refusal("until", "it would sleep and wake at once", "change one of them")
        return self

    @model_validator(mode="after")
    def _every_time_exists(self) -> Self:
        for field in ("at", "until"):
            try:
                Cron.parse(getattr(self, field))
            except UnreadableCron as error:
                raise refusal(field, f"EventBridge Scheduler refuses it: {error}") from error
        calendar = SleepCalendar.of(self)
        _refuse_skipped("at", calendar.at, calendar)
        # Whatever sleeps has to wake, also on a day on which nothing goes to sleep.
        _refuse_skipped("until", calendar.until, replace(calendar, excepted=frozenset()))
        return self


def _refuse_skipped(field: str, cron: Cron, calendar: SleepCalendar) -> None:
    found = skipped(cron, calendar.zone, calendar.excepted)
    if found is None:
        return
    due, gap = found
    raise refusal(
        field,
        f"{due:%H:%M} does not exist in {calendar.zone.key} on {due:%Y-%m-%d}: the clocks go from "
        f"{gap.begin:%H:%M} to {gap.end:%H:%M} there, and nothing would happen",
        f"choose {gap.end:%H:%M} or later, or a time before {gap.begin:%H:%M}",
    )
