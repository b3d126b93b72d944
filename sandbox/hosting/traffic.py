"""Modelled load: metrics of many requests without one of them reaching a process.

Each variant gets its share by weight. Latencies are lognormal around what one invocation is
recorded to take; nothing queues, so load beyond what instances could bear shows as CPU, not as
latency. No request fails, and none is captured.
"""

from __future__ import annotations

from math import exp
from statistics import NormalDist
from typing import TYPE_CHECKING

from sandbox.hosting.book import Outcome

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.hosting.durations import Durations
    from sandbox.hosting.lifecycle import Lifecycle
    from sandbox.hosting.meter import Meter

_STEP = 10.0
_QUANTILES = 40
_SPREAD = 0.35
_OVERHEAD = 0.003


class Traffic:
    """Sends modelled requests to endpoints."""

    def __init__(
        self, account: Account, lifecycle: Lifecycle, meter: Meter, durations: Durations
    ) -> None:
        self._account = account
        self._lifecycle = lifecycle
        self._meter = meter
        self._durations = durations

    def send(self, endpoint: str, requests_per_second: float, seconds: float) -> None:
        """Begin to send; requests to an endpoint that does not serve are lost, as on AWS."""
        kernel = self._account.kernel
        end = kernel.timestamp() + seconds

        def run() -> None:
            owed = 0.0
            while (left := end - kernel.timestamp()) > 0:
                step = min(_STEP, left)
                owed += requests_per_second * step
                self._step(endpoint, int(owed), requests_per_second)
                owed -= int(owed)
                kernel.sleep(step)

        kernel.spawn(run, name=f"traffic to {endpoint}")

    def _step(self, name: str, requests: int, rate: float) -> None:
        found = self._lifecycle.serving(name)
        if found is None or not requests:
            return
        endpoint, _ = found
        total = sum(variant.weight for variant in endpoint.variants)
        sent, reached = 0, 0.0
        for variant in endpoint.variants:
            reached += variant.weight
            count = round(requests * reached / total) - sent
            sent += count
            outcomes = modelled(count, self._durations.invocation)
            share = variant.weight / total
            concurrent = max(round(rate * share * self._durations.invocation), 1)
            if outcomes:
                self._meter.record(name, variant.name, outcomes, concurrent)


def modelled(count: int, median: float) -> list[Outcome]:
    """Return so many successful requests with lognormal latencies around a median."""
    bins = min(count, _QUANTILES)
    normal = NormalDist(0.0, _SPREAD)
    outcomes = []
    for number in range(bins):
        share = count * (number + 1) // bins - count * number // bins
        latency = median * exp(normal.inv_cdf((number + 0.5) / bins))
        outcomes.append(Outcome(200, latency, _OVERHEAD, share))
    return outcomes
