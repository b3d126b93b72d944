"""The oracle: the cheapest count for each minute with which no request fails. Pure.

It knows the demand and every stroke of chance beforehand, changes its count at every full minute,
and, like everybody, pays for instances while they come up. It is found in three steps:

1. Minute by minute, the smallest count with which no request fails and the queues end below a
   limit.
2. Gaps in which an instance would be away for less time than it needs to come back are filled: it
   is cheaper to keep it. Level by level this is the cheapest schedule above the counts of step 1.
3. Single minutes are taken away at the edges of each level wherever still nothing fails, until
   nothing more can be.

The search proves no optimum, so `least` gives a bound that no schedule without failures can beat.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING

from rehearsal.course import MINUTE, Course, play, steps_of
from rehearsal.delays import minute_delays
from rehearsal.queueing import Queues

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rehearsal.noise import Noise
    from rehearsal.scenario import Scenario

# The part of the queue that may be full at the end of a minute.
_LIMIT = 0.8
_PASSES = 4
# A count that is too small shows within seconds; the rest of the minute need not be looked at.
_LOOK = 10


def oracle(scenario: Scenario, noise: Noise, seed: int) -> Course:
    """Return the oracle's course."""
    delays = minute_delays(scenario, seed)
    search = _Search(scenario, noise, delays)
    counts = search.shave(search.counts(_LIMIT))
    course = play(scenario, noise, steps_of(counts, delays))
    bound = least(scenario, delays)
    course.notes.append(f"no schedule without failures needs less than {bound:.1f} instance-hours")
    return course


def least(scenario: Scenario, delays: list[int]) -> float:
    """Return instance-hours that no schedule without failures can go below.

    What comes in a minute must be served in it or find room in the queues; even if the queues were
    empty before and every worker were always busy, fewer instances could not do that.
    """
    service = scenario.service
    most = service.rate * MINUTE + service.queue + service.workers
    counts = [ceil(rate * MINUTE / most - 1e-9) for rate in scenario.minutes()]
    return paid_minutes(_filled(counts, delays), delays) / MINUTE


def paid_minutes(counts: list[int], delays: list[int]) -> float:
    """Return the instance-minutes of a schedule, those of provisioning included."""
    coming = sum(
        max(after - before, 0) * delays[minute]
        for minute, (before, after) in enumerate(pairwise(counts), start=1)
    )
    return sum(counts) + coming / MINUTE


def _filled(counts: list[int], delays: list[int]) -> list[int]:
    """Keep instances where it is cheaper to keep them than to ask for them again."""
    filled = list(counts)
    for level in range(1, max(counts) + 1):
        last: int | None = None
        for minute, count in enumerate(counts):
            if count < level:
                continue
            if last is not None and 1 < minute - last <= delays[minute] // MINUTE + 1:
                for between in range(last + 1, minute):
                    filled[between] = max(filled[between], level)
            last = minute
    return filled


@dataclass
class _Search:
    scenario: Scenario
    noise: Noise
    delays: list[int]

    def paid(self, counts: list[int]) -> float:
        return paid_minutes(counts, self.delays)

    def counts(self, limit: float) -> list[int]:
        """Return a schedule without failures whose queues are never fuller at a minute's end."""
        most = limit * self.scenario.service.queue
        queues = Queues(self.scenario.service, self.noise)
        needed: list[int] = []
        for minute, rate in enumerate(self.scenario.minutes()):
            before = list(queues.waiting)
            count = max(int(rate / self.scenario.service.rate / 1.05), 1 if rate else 0)
            while not self._bears(queues, before, minute, count, most):
                count += 1
            needed.append(count)
        return self._repaired(_filled(needed, self.delays))

    def shave(self, counts: list[int]) -> list[int]:
        """Take away single minutes at the edges of levels while nothing fails."""
        counts, states = list(counts), self._states(counts)
        for _ in range(_PASSES):
            shaved = False
            for minute in list(_edges(counts)):
                shaved |= self._shave(counts, states, minute)
            if not shaved:
                break
        return counts

    def _shave(self, counts: list[int], states: list[list[float]], minute: int) -> bool:
        tried = [*counts[:minute], counts[minute] - 1, *counts[minute + 1 :]]
        if self.paid(tried) >= self.paid(counts):
            return False
        after = self._until_same(tried, states, minute)
        if after is None:
            return False
        counts[minute] -= 1
        states[minute + 1 : minute + 1 + len(after)] = after
        return True

    def _until_same(
        self, counts: list[int], states: list[list[float]], minute: int
    ) -> list[list[float]] | None:
        """Return the states from a minute's end on until they are as before; None if one fails."""
        queues = Queues(self.scenario.service, self.noise)
        queues.waiting = list(states[minute])
        found: list[list[float]] = []
        for each in range(minute, len(counts)):
            if not self._bears(queues, queues.waiting, each, counts[each], float("inf")):
                return None
            if queues.waiting == states[each + 1]:
                break
            found.append(list(queues.waiting))
        return found

    def _repaired(self, counts: list[int]) -> list[int]:
        """Add what is missing where more instances before have changed what chance does."""
        queues = Queues(self.scenario.service, self.noise)
        for minute in range(len(counts)):
            before = list(queues.waiting)
            while not self._bears(queues, before, minute, counts[minute], float("inf")):
                counts[minute] += 1
        return counts

    def _states(self, counts: list[int]) -> list[list[float]]:
        queues = Queues(self.scenario.service, self.noise)
        states: list[list[float]] = [[]]
        for minute, count in enumerate(counts):
            self._run(queues, minute, count)
            states.append(list(queues.waiting))
        return states

    def _bears(
        self, queues: Queues, before: list[float], minute: int, count: int, most: float
    ) -> bool:
        queues.waiting = list(before)
        failed = self._run(queues, minute, count)
        return not failed and max(queues.waiting, default=0.0) <= most

    def _run(self, queues: Queues, minute: int, count: int) -> bool:
        """Let a minute pass; tell whether a request failed, as soon as one does."""
        queues.resize(count)
        end = min((minute + 1) * MINUTE, self.scenario.seconds)
        for begin in range(minute * MINUTE, end, _LOOK):
            stretch = queues.run(self.scenario.rates, begin, min(begin + _LOOK, end))
            if stretch.whole_failed:
                return True
        return False


def _edges(counts: list[int]) -> Iterator[int]:
    """Yield the minutes before or after which fewer instances serve."""
    for minute, count in enumerate(counts):
        before = counts[minute - 1] if minute else 0
        after = counts[minute + 1] if minute + 1 < len(counts) else 0
        if count > min(before, after) and count > 0:
            yield minute
