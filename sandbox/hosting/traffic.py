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

_MINUTE = 60.0
_LEAST = 0.001
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
            while (left := end - kernel.timestamp()) > _LEAST:
                step = min(_MINUTE - kernel.timestamp() % _MINUTE, left)
                owed += requests_per_second * step
                self._send(endpoint, int(owed), step)
                owed -= int(owed)
                kernel.sleep(step)

        kernel.spawn(run, name=f"traffic to {endpoint}")

    def _send(self, name: str, requests: int, seconds: float) -> None:
        found = self._lifecycle.serving(name)
        if found is None or not requests:
            return
        variants, latency = found[0].variants, self._durations.invocation
        total = sum(variant.weight for variant in variants)
        sent, reached = 0, 0.0
        for variant in variants:
            reached += variant.weight
            count = round(requests * reached / total) - sent
            sent += count
            if count:
                self._meter.record(
                    name,
                    variant.name,
                    modelled(count, latency),
                    concurrent=max(round(count / seconds * latency), 1),
                    lasting=seconds - _LEAST,
                )


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
