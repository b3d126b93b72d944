"""The policies that never change anything. Pure."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING

from rehearsal.course import Step, play

if TYPE_CHECKING:
    from rehearsal.course import Course
    from rehearsal.noise import Noise
    from rehearsal.scenario import Scenario

# The base is for the usual day: what all but one minute in twenty need.
_USUAL = 0.95
_MINUTE = 60
_FULL = 100.0


def per_instance(scenario: Scenario) -> float:
    """Return the requests per second that the spec's target means for an instance."""
    scaling, service = scenario.endpoint.scaling, scenario.service
    if scaling.metric == "invocations":
        return scaling.target / _MINUTE
    if scaling.metric == "cpu":
        return service.rate * scaling.target / _FULL
    # Where nothing waits, as many requests are within an instance as workers are busy.
    return service.rate * min(scaling.target / service.workers, 1.0)


def needed(scenario: Scenario, demand: float) -> int:
    """Return the instances that a demand in requests per second needs, by the spec's target."""
    return max(ceil(demand / per_instance(scenario) - 1e-9), 1)


def fixed_peak(scenario: Scenario, noise: Noise) -> Course:
    """Have enough for the busiest minute all the time."""
    return _fixed(scenario, noise, needed(scenario, max(scenario.minutes())))


def fixed_base(scenario: Scenario, noise: Noise) -> Course:
    """Have enough for the usual day all the time."""
    minutes = sorted(scenario.minutes())
    usual = minutes[min(int(len(minutes) * _USUAL), len(minutes) - 1)]
    return _fixed(scenario, noise, needed(scenario, usual))


def _fixed(scenario: Scenario, noise: Noise, count: int) -> Course:
    course = play(scenario, noise, [Step(0, count, count)])
    course.notes.append(f"{count} instances")
    return course
