"""What a policy did over time: instances, and what became of the requests. Pure."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from rehearsal.queueing import Queues

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rehearsal.noise import Noise
    from rehearsal.scenario import Scenario

MINUTE = 60
HOUR = 3600


class Step(NamedTuple):
    """From a second on, until the next step.

    Attributes
    ----------
    serving
        Instances that take requests.
    paid
        Instances that cost money: also those under way, which serve nobody yet.
    """

    second: int
    serving: int
    paid: int


class Minute(NamedTuple):
    """The users' minute.

    Attributes
    ----------
    serving, paid
        Instances, on average.
    """

    requests: float
    failed: int
    slow: float
    serving: float
    paid: float


@dataclass
class Course:
    """A policy's way through a scenario, minute by minute.

    Attributes
    ----------
    notes
        What else is worth saying, in plain words.
    """

    minutes: list[Minute] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def failed(self) -> int:
        """How many requests ended in an error or a timeout, or met a full queue."""
        return sum(minute.failed for minute in self.minutes)

    @property
    def slow(self) -> int:
        """How many requests were answered late."""
        return round(sum(minute.slow for minute in self.minutes))

    @property
    def instance_hours(self) -> float:
        """What is paid for."""
        return sum(minute.paid for minute in self.minutes) / MINUTE

    def cost(self, usd_per_hour: float) -> float:
        """Return what it costs, in USD."""
        return self.instance_hours * usd_per_hour


def play(scenario: Scenario, noise: Noise, steps: Iterable[Step]) -> Course:
    """Return what becomes of a scenario's requests with a known number of instances."""
    queues, course = Queues(scenario.service, noise), Course()
    plan = Plan(steps)
    for begin in range(0, scenario.seconds, MINUTE):
        end = min(begin + MINUTE, scenario.seconds)
        failed, slow, serving, paid = 0.0, 0.0, 0.0, 0.0
        for step, since, until in plan.between(begin, end):
            queues.resize(step.serving)
            stretch = queues.run(scenario.rates, since, until)
            failed, slow = failed + stretch.whole_failed, slow + stretch.slow
            serving += step.serving * (until - since)
            paid += step.paid * (until - since)
        requests, length = sum(scenario.rates[begin:end]), end - begin
        course.minutes.append(Minute(requests, int(failed), slow, serving / length, paid / length))
    return course


class Plan:
    """Steps in order, to be asked what holds when."""

    def __init__(self, steps: Iterable[Step]) -> None:
        self._steps = sorted(steps)
        self._starts = [step.second for step in self._steps]

    def between(self, begin: int, end: int) -> Iterator[tuple[Step, int, int]]:
        """Yield each step that holds within a span, with the part of the span."""
        first = max(bisect_right(self._starts, begin) - 1, 0)
        last = bisect_right(self._starts, end - 1)
        for number in range(first, last):
            following = self._starts[number + 1] if number + 1 < last else end
            since = max(self._starts[number], begin)
            if since < following:
                yield self._steps[number], since, following


def steps_of(counts: list[int], delays: list[int]) -> list[Step]:
    """Return the steps of a count for each minute, asked for as early as provisioning takes.

    Parameters
    ----------
    delays
        Seconds that instances take which serve from a minute on.
    """
    changes: dict[int, list[int]] = {0: [counts[0], counts[0]]}
    for minute, (before, after) in enumerate(pairwise(counts), start=1):
        if after == before:
            continue
        moment = minute * MINUTE
        asked = max(moment - delays[minute], 0) if after > before else moment
        changes.setdefault(asked, [0, 0])[1] += after - before
        changes.setdefault(moment, [0, 0])[0] += after - before
    serving, paid, steps = 0, 0, []
    for second in sorted(changes):
        serving, paid = serving + changes[second][0], paid + changes[second][1]
        steps.append(Step(second, serving, paid))
    return steps
