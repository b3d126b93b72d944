"""Every single request simulated: what the model of the queues is compared with."""

from __future__ import annotations

import heapq
from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

    from rehearsal.service import Service


@dataclass
class _Instance:
    free: int
    waiting: deque[float] = field(default_factory=deque)


@dataclass
class Exact:
    requests: int = 0
    failed: int = 0
    slow: int = 0
    waited: float = 0.0


def simulate(service: Service, rates: list[float], instances: int, random: Random) -> Exact:
    """Poisson arrivals, an instance at random for each, workers, a queue, lognormal work."""
    fleet = [_Instance(service.workers) for _ in range(instances)]
    ends: list[tuple[float, int]] = []
    found = Exact()

    def begin(now: float, number: int, arrived: float) -> None:
        took = service.median * pow(2.718281828459045, random.gauss(0.0, service.sigma))
        heapq.heappush(ends, (now + took, number))
        found.waited += now - arrived
        found.slow += now + took - arrived > service.slow
        found.failed += now + took - arrived > service.timeout

    def finish(until: float) -> None:
        while ends and ends[0][0] <= until:
            now, number = heapq.heappop(ends)
            instance = fleet[number]
            if instance.waiting:
                begin(now, number, instance.waiting.popleft())
            else:
                instance.free += 1

    for second, rate in enumerate(rates):
        now = float(second)
        while rate > 0 and (now := now + random.expovariate(rate)) < second + 1:
            finish(now)
            found.requests += 1
            number = random.randrange(instances)
            instance = fleet[number]
            if instance.free:
                instance.free -= 1
                begin(now, number, now)
            elif len(instance.waiting) < service.queue:
                instance.waiting.append(now)
            else:
                found.failed += 1
    finish(float("inf"))
    return found
