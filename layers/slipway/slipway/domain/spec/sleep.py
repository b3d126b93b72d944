"""When an endpoint rests."""

from typing import Self

from pydantic import model_validator

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
