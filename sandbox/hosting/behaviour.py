"""How models behave where a test, a benchmark or a demonstration chooses it. Pure.

What nobody chose behaves well in modelled load, and as its artifact makes it in real invocations.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import exp, log, log1p, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

from sandbox.hosting.book import Outcome

if TYPE_CHECKING:
    from random import Random

    from sandbox.hosting.variants import Variant

OVERHEAD = 0.003
SERVER_ERROR, CLIENT_ERROR, FINE = 500, 400, 200

_P99 = NormalDist().inv_cdf(0.99)
_QUANTILES = 40
# From so many expected events on, a normal distribution is a good stand-in for a binomial one.
_MANY = 400


@dataclass(frozen=True)
class Behaviour:
    """How a model behaves.

    Attributes
    ----------
    error_rate
        Share of requests that end in a 5xx.
    client_error_rate
        Share of requests that end in a 4xx.
    latency_ms, p99_ms
        Median and 99th percentile of the model's latency, lognormal between them. Without them
        the median is what an invocation is recorded to take, and p99 2.26 times the median.
    wrong_shape
        Whether it answers 200 with something that no caller can use.
    loads
        Whether its container ever answers a ping.
    drift
        How far the median moves from minute to minute: the standard deviation of its logarithm.
    """

    error_rate: float = 0.0
    client_error_rate: float = 0.0
    latency_ms: float | None = None
    p99_ms: float | None = None
    wrong_shape: bool = False
    loads: bool = True
    drift: float = 0.02

    def __post_init__(self) -> None:
        for name in ("error_rate", "client_error_rate"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"`{name}` must be from 0 to 1, not {getattr(self, name)}.")
        if self.error_rate + self.client_error_rate > 1:
            raise ValueError("More requests fail than there are: the rates exceed 1 together.")
        if self.p99_ms is not None and not 0 < (self.latency_ms or 0) <= self.p99_ms:
            raise ValueError("`p99_ms` needs a `latency_ms` that is no longer.")

    def median(self, recorded: float) -> float:
        """Return the median latency in seconds, where an invocation is recorded to take some."""
        return recorded if self.latency_ms is None else self.latency_ms / 1000

    @property
    def spread(self) -> float:
        """The standard deviation of the latency's logarithm."""
        if self.p99_ms is None or not self.latency_ms:
            return 0.35
        return log(self.p99_ms / self.latency_ms) / _P99

    def status(self, random: Random) -> int:
        """Draw how one request ends."""
        drawn = random.random()
        if drawn < self.error_rate:
            return SERVER_ERROR
        return CLIENT_ERROR if drawn < self.error_rate + self.client_error_rate else FINE

    def latency(self, recorded: float, random: Random) -> float:
        """Draw how long one request takes, in seconds."""
        return self.median(recorded) * exp(random.gauss(0.0, self.spread))


WELL = Behaviour()


class Behaviours:
    """Who behaves how: the newest choice that matches counts."""

    def __init__(self) -> None:
        self._chosen: list[tuple[str, Behaviour]] = []

    def choose(self, pattern: str, behaviour: Behaviour) -> None:
        """Choose how models or variants behave whose name matches, e.g. `churn-2-*`."""
        self._chosen.insert(0, (pattern, behaviour))

    def of(self, variant: Variant) -> Behaviour | None:
        """Return how a variant's model behaves; None if nobody chose it."""
        names = (variant.name, str(variant.settings["ModelName"]))
        for pattern, behaviour in self._chosen:
            if any(fnmatchcase(name, pattern) for name in names):
                return behaviour
        return None


def outcomes(count: int, behaviour: Behaviour, recorded: float, random: Random) -> list[Outcome]:
    """Return what becomes of so many requests within a minute.

    Nothing queues: load beyond what instances could bear shows as CPU, not as latency. A model of
    workers and their queue belongs here, with the instances as a further argument.
    """
    broken = _binomial(count, behaviour.error_rate, random)
    refused = _binomial(count - broken, _rest(behaviour), random)
    median = behaviour.median(recorded) * exp(random.gauss(0.0, behaviour.drift))
    ended = {FINE: count - broken - refused, SERVER_ERROR: broken, CLIENT_ERROR: refused}
    return [
        outcome
        for status, number in ended.items()
        for outcome in _spread_out(number, status, median, behaviour.spread, random)
    ]


def _rest(behaviour: Behaviour) -> float:
    left = 1 - behaviour.error_rate
    return min(behaviour.client_error_rate / left, 1.0) if left > 0 else 0.0


def _spread_out(
    count: int, status: int, median: float, spread: float, random: Random
) -> list[Outcome]:
    """Return requests at drawn quantiles, one in each equal part of the distribution."""
    bins = min(count, _QUANTILES)
    normal = NormalDist()
    found = []
    for number in range(bins):
        share = count * (number + 1) // bins - count * number // bins
        quantile = (number + min(max(random.random(), 0.001), 0.999)) / bins
        latency = median * exp(spread * normal.inv_cdf(quantile))
        found.append(Outcome(status, latency, OVERHEAD, share))
    return found


def _binomial(count: int, share: float, random: Random) -> int:
    """Draw how many of `count` requests meet something of that probability."""
    if share > 0.5:  # noqa: PLR2004 - the mirror image is quicker
        return count - _binomial(count, 1 - share, random)
    if count <= 0 or share <= 0:
        return 0
    if count * share > _MANY:
        drawn = random.gauss(count * share, sqrt(count * share * (1 - share)))
        return min(max(round(drawn), 0), count)
    # Jump from one hit to the next: the gaps between them are geometric.
    hits, position = 0, 0
    while True:
        position += int(log(1.0 - random.random()) / log1p(-share)) + 1
        if position > count:
            return hits
        hits += 1
