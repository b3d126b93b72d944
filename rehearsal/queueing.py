"""The queues of a variant's instances, second by second. Pure.

Requests come to each instance at random (SageMaker's default routing), so each has a queue of its
own. Their number waiting follows the diffusion that heavy traffic makes of an M/G/c queue: its
drift is arrivals minus capacity, its variance that of both. It moves in fifths of a second between
two barriers, which are moved by what a walk in such steps misses between them (Siegmund's
correction: 0.583 standard deviations of a step) and by what idle workers take from the queue while
others are still busy. `tests/unit/rehearsal` compares it with every single request simulated.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, sqrt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rehearsal.noise import Noise
    from rehearsal.service import Service

PARTS = 5
SLOT = 10
# Waiting requests are counted in buckets of so many, for the latency that they cause.
BUCKET = 16
_SIEGMUND = 0.5826
# Below this load nothing builds up in a second that could matter; there are formulas for it.
_CALM = 0.70
_HEAVY = 0.9
_ROUNDING = 1e-9


@dataclass
class Stretch:
    """What happened to a variant in some seconds.

    Attributes
    ----------
    requests, failed, slow
        How many requests came; were refused or lost; took longer than is good.
    waited
        Requests by bucket of those waiting ahead of them: (requests, sum of those ahead).
    concurrent
        Mean number of requests within an instance, by ten-second slot: (sum, seconds).
    """

    requests: float = 0.0
    failed: float = 0.0
    slow: float = 0.0
    waited: dict[int, list[float]] = field(default_factory=dict)
    concurrent: dict[int, list[float]] = field(default_factory=dict)

    def wait(self, ahead: float, requests: float) -> None:
        """Note requests with so many ahead of them."""
        bucket = self.waited.setdefault(int(ahead) // BUCKET, [0.0, 0.0])
        bucket[0] += requests
        bucket[1] += requests * ahead

    def hold(self, second: int, inside: float) -> None:
        """Note how many requests were within each instance in a second."""
        slot = self.concurrent.setdefault(second // SLOT, [0.0, 0.0])
        slot[0] += inside
        slot[1] += 1

    @property
    def whole_failed(self) -> int:
        """Failed requests as a whole number: a part of one is one."""
        return ceil(self.failed - _ROUNDING)


class Queues:
    """The instances of one variant.

    Attributes
    ----------
    waiting
        How many requests wait at each instance.
    """

    def __init__(self, service: Service, noise: Noise) -> None:
        self.waiting: list[float] = []
        self._service = service
        self._noise = noise
        step = sqrt(service.rate * (1 + service.variation) / PARTS)
        missed = _SIEGMUND * step
        # What several workers make of the mean number waiting, against the diffusion's.
        diffused = (_HEAVY + service.variation) / (2 * (1 - _HEAVY))
        self._low = max(missed - (diffused - service.waiting(_HEAVY)), 0.0)
        self._high = service.queue - missed
        self._late = [service.later_than(service.slow, ahead) for ahead in range(service.queue + 1)]

    def resize(self, count: int) -> None:
        """Have so many instances: new ones are empty, leaving ones finish what they have."""
        self.waiting = [*self.waiting[:count], *([0.0] * (count - len(self.waiting)))]

    def run(self, rates: Sequence[float], begin: int, end: int, share: float = 1.0) -> Stretch:
        """Let some seconds pass.

        Parameters
        ----------
        rates
            Requests in each second.
        share
            The part of them that comes here.
        """
        stretch = Stretch()
        for second in range(begin, end):
            requests = rates[second] * share
            stretch.requests += requests
            if not self.waiting:
                stretch.failed += requests
                continue
            load = requests / len(self.waiting) / self._service.rate
            if load <= _CALM and max(self.waiting) <= self._low + _ROUNDING:
                self._calm(stretch, second, requests, load)
            else:
                self._busy(stretch, second, requests)
        return stretch

    def _calm(self, stretch: Stretch, second: int, requests: float, load: float) -> None:
        waiting = self._service.waiting(load)
        stretch.slow += requests * self._late[0]
        stretch.wait(waiting, requests)
        stretch.hold(second, load * self._service.workers + waiting)

    def _busy(self, stretch: Stretch, second: int, requests: float) -> None:
        service, table, mask = self._service, self._noise.table, self._noise.mask
        count, low, high = len(self.waiting), self._low, self._high
        each = requests / count
        drift = (each - service.rate) / PARTS
        deviation = sqrt((each + service.rate * service.variation) / PARTS)
        place, late, full = self._noise.place(second), self._late, 0.0
        inside = service.workers * min(each / service.rate, 1.0)
        for number, before in enumerate(self.waiting):
            ahead, refused = before, 0.0
            for part in range(PARTS):
                ahead += drift + deviation * table[place + number * PARTS + part & mask]
                if ahead < low:
                    ahead = low
                elif ahead > high:
                    refused += ahead - high
                    ahead = high
            refused = min(refused, each)
            self.waiting[number] = ahead
            full += refused
            stretch.slow += (each - refused) * late[int(ahead)]
            stretch.wait(ahead, each - refused)
        stretch.failed += full
        stretch.hold(second, inside + sum(self.waiting) / count)
