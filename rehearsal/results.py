"""What a rehearsal found, as figures. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from rehearsal.course import Course
    from rehearsal.scenario import Scenario

# Cheapest to have first, best last; each is explained in docs/rehearsal.md.
POLICIES = ("fixed-peak", "fixed-base", "target-tracking", "slipway", "oracle")
_DAY = 86_400


@dataclass(frozen=True)
class Rehearsal:
    """The courses of all policies through one scenario.

    Attributes
    ----------
    courses
        By policy.
    normal
        The same policies on the normal day; empty where there is nothing to compare with.
    days
        How many of the normal day's days the scenario has.
    """

    scenario: Scenario
    seed: int
    courses: Mapping[str, Course]
    normal: Mapping[str, Course] = field(default_factory=dict)

    @property
    def days(self) -> float:
        """How many days the scenario lasts."""
        return self.scenario.seconds / _DAY

    def cost(self, policy: str) -> float:
        """Return what a policy costs, in USD."""
        return self.courses[policy].cost(self.scenario.price.usd_per_hour)

    def ratios(self, policy: str) -> dict[str, float | None]:
        """Return a policy's cost against others', and its failed requests likewise."""
        cost, tracking = self.cost(policy), self.courses["target-tracking"]
        normal = self.normal.get(policy)
        usual = normal and normal.cost(self.scenario.price.usd_per_hour) * self.days
        return {
            "cost_to_normal_day": _ratio(cost, usual or None),
            "cost_to_oracle": _ratio(cost, self.cost("oracle")),
            "cost_to_target_tracking": _ratio(cost, self.cost("target-tracking")),
            "failed_to_target_tracking": _ratio(self.courses[policy].failed, tracking.failed),
        }

    def figures(self) -> dict[str, Any]:
        """Return the content of the JSON file."""
        return {
            "scenario": self.scenario.name,
            "seed": self.seed,
            "policies": {policy: self._of(policy) for policy in POLICIES},
        }

    def as_json(self) -> str:
        """Return the JSON file."""
        return json.dumps(self.figures(), indent=1) + "\n"

    def _of(self, policy: str) -> dict[str, Any]:
        course = self.courses[policy]
        return {
            "requests": self.scenario.requests,
            "failed": course.failed,
            "slow": course.slow,
            "instance_hours": round(course.instance_hours, 3),
            "cost_usd": round(self.cost(policy), 2),
            "ratios": self.ratios(policy),
        }


def asleep(course: Course) -> tuple[float, float]:
    """Return the hours without an instance, and the instance-hours that would have been.

    What would have been is what there was when it went to sleep.
    """
    # It falls asleep within a minute: the one before that is the last whole one.
    minutes, saved, before, last = 0, 0.0, 0.0, 0.0
    for minute in course.minutes:
        if minute.paid > 0:
            before, last = last or minute.paid, minute.paid
        else:
            minutes, saved = minutes + 1, saved + before
    return minutes / 60, saved / 60


def _ratio(value: float, other: float | None) -> float | None:
    return round(value / other, 4) if other else None
