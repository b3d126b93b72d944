"""How many instances serve, and when."""

from datetime import datetime, timedelta
from typing import Literal, Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from slipway.domain.capacity.calendar import gaps, moment
from slipway.domain.spec.section import Listed, Section, refusal, setting
from slipway.domain.spec.types import (
    Duration,
    EventName,
    InstanceCount,
    LocalMoment,
    TimeZoneName,
)

FULL_CPU = 100

ScalingMetric = Literal["invocations", "concurrency", "cpu"]
"""What target tracking watches."""


class Burst(Section):
    """The reaction to sudden demand."""

    hold: Duration = setting(
        timedelta(minutes=15),
        "How long the raised floor is held after a burst.",
        unit="duration",
        example="15m",
    )


class KnownEvent(Section):
    """A demand that is known beforehand, such as a sale."""

    name: EventName = setting(..., "Name of the event.", example="Black Friday")
    begin: LocalMoment = setting(..., "Local begin.", example="2026-11-27T08:00", alias="from")
    until: LocalMoment = setting(..., "Local end.", example="2026-11-28T00:00")
    timezone: TimeZoneName = setting("UTC", "Zone of `from` and `until`.", example="Europe/Vienna")
    floor: InstanceCount | None = setting(
        None, "Instances during the event, `scaling.max` at most.", unit="instances", example=8
    )
    factor: float | None = setting(
        None,
        "Or: how many times the usual demand of that time of day is expected.",
        unit="times",
        example=4,
        gt=0,
        le=1000,
    )

    @model_validator(mode="after")
    def _says_when_and_how_much(self) -> Self:
        if self.until <= self.begin:
            raise refusal("until", "the event ends before it begins", "let `until` be later")
        zone = ZoneInfo(self.timezone)
        _refuse_skipped("from", self.begin, zone)
        _refuse_skipped("until", self.until, zone)
        if (self.floor is None) == (self.factor is None):
            raise refusal("floor", "an event has either `floor` or `factor`", "give one of them")
        return self


def _refuse_skipped(field: str, local: datetime, zone: ZoneInfo) -> None:
    if moment(local, zone) is not None:
        return
    gap = next(
        each for each in gaps(zone, local.year, local.year) if each.begin <= local < each.end
    )
    raise refusal(
        field,
        f"{local:%Y-%m-%dT%H:%M} does not exist in {zone.key}: the clocks go from "
        f"{gap.begin:%H:%M} to {gap.end:%H:%M} there",
        f"write {gap.end:%Y-%m-%dT%H:%M}, or a time before {gap.begin:%H:%M}",
    )


class Scaling(Section):
    """Target tracking and its limits."""

    metric: ScalingMetric = setting(
        "invocations",
        "What target tracking watches: invocations per instance and minute, concurrent requests "
        "per instance, or CPU utilization of the instance in percent.",
        example="concurrency",
    )
    target: float = setting(
        600,
        "The value of the metric, per instance, that scaling aims at. 600 suits `invocations`; the "
        "other metrics need a target of their own.",
        unit="of the metric",
        example=600,
        gt=0,
    )
    min: InstanceCount = setting(
        2, "Fewest instances; production wants 2 or more.", unit="instances", example=2
    )
    max: InstanceCount = setting(10, "Most instances.", unit="instances", example=10)
    burst: Burst = Field(
        default=Burst(), description="The reaction to sudden demand.", examples=[{"hold": "15m"}]
    )
    events: Listed[tuple[KnownEvent, ...]] = setting(
        (),
        "Known events that need more capacity than usual.",
        example=[
            {
                "name": "Black Friday",
                "from": "2026-11-27T08:00",
                "until": "2026-11-28T00:00",
                "timezone": "Europe/Vienna",
                "floor": 8,
            }
        ],
    )

    @model_validator(mode="after")
    def _min_up_to_max(self) -> Self:
        if self.min > self.max:
            raise refusal(
                "max" if "max" in self.model_fields_set else "min",
                f"`min` ({self.min}) is more than `max` ({self.max})",
                f"write `max: {self.min}` or more",
            )
        return self

    @model_validator(mode="after")
    def _target_suits_metric(self) -> Self:
        if self.metric != "invocations" and "target" not in self.model_fields_set:
            raise refusal(
                "metric",
                f"the metric `{self.metric}` needs a target: 600 is meant for `invocations`",
                f"add for example `target: {70 if self.metric == 'cpu' else 5}`",
            )
        if self.metric == "cpu" and self.target > FULL_CPU:
            raise refusal(
                "target", "an instance's CPU is never above 100 %", "write for example `target: 70`"
            )
        return self

    @model_validator(mode="after")
    def _events_stay_within_max(self) -> Self:
        above = next((each for each in self.events if (each.floor or 0) > self.max), None)
        if above:
            raise refusal(
                "events",
                f"`{above.name}` wants {above.floor} instances and `max` allows {self.max}, which "
                "holds for events too",
                f"write `max: {above.floor}` or more, or a lower `floor`",
            )
        return self

    @model_validator(mode="after")
    def _events_are_distinct(self) -> Self:
        names = [event.name for event in self.events]
        if len(set(names)) < len(names):
            raise refusal("events", "two events have the same name", "rename one of them")
        return self
