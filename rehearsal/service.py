"""What one instance can do: its workers, its queue, and how long a request takes. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import exp, factorial, log, sqrt
from statistics import NormalDist

_NORMAL = NormalDist()
_P99 = _NORMAL.inv_cdf(0.99)
# Of a waiting time's distribution, taken at the middle of parts of equal probability.
_PARTS = 20


@dataclass(frozen=True)
class Service:
    """An instance of the modelled endpoint.

    Attributes
    ----------
    median, p99
        Seconds that a worker needs for a request; lognormal.
    workers
        How many requests an instance works at at once.
    queue
        How many more may wait; the next one is refused.
    timeout
        Seconds after which a request has failed, waiting included.
    slow
        Seconds after which a request that succeeds is called slow.
    """

    median: float = 0.040
    p99: float = 0.200
    workers: int = 4
    queue: int = 200
    timeout: float = 60.0
    slow: float = 1.0

    @cached_property
    def sigma(self) -> float:
        """The standard deviation of the service time's logarithm."""
        return log(self.p99 / self.median) / _P99

    @cached_property
    def mean(self) -> float:
        """The mean service time in seconds."""
        return self.median * exp(self.sigma**2 / 2)

    @cached_property
    def variation(self) -> float:
        """The squared coefficient of variation of the service time."""
        return exp(self.sigma**2) - 1

    @cached_property
    def rate(self) -> float:
        """Requests per second that keep all workers of an instance busy."""
        return self.workers / self.mean

    def longer_than(self, seconds: float) -> float:
        """Return the share of requests that a worker needs longer for."""
        if seconds <= 0:
            return 1.0
        return 1 - _NORMAL.cdf(log(seconds / self.median) / self.sigma)

    def later_than(self, seconds: float, ahead: float) -> float:
        """Return the share of requests that take longer, with some waiting ahead of them."""
        wait, spread = ahead / self.rate, sqrt(ahead * self.variation) / self.rate
        parts = [_NORMAL.inv_cdf((number + 0.5) / _PARTS) for number in range(_PARTS)]
        return sum(self.longer_than(seconds - wait - part * spread) for part in parts) / _PARTS

    def quantile(self, share: float) -> float:
        """Return the service time that a share of the requests stays below."""
        return self.median * exp(self.sigma * _NORMAL.inv_cdf(share))

    def waiting(self, load: float) -> float:
        """Return how many requests wait on average in a calm instance.

        Erlang's C formula, with the Allen-Cunneen correction for service times that are not
        exponential.

        Parameters
        ----------
        load
            Share of the workers that are busy, below 1.
        """
        offered = load * self.workers
        full = offered**self.workers / factorial(self.workers) / (1 - load)
        idle = sum(offered**number / factorial(number) for number in range(self.workers))
        return full / (idle + full) * load / (1 - load) * (1 + self.variation) / 2
