"""What happened to a variant in a minute, and the metrics that SageMaker makes of it. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import NamedTuple

_SLOT, _MINUTE = 10, 60
_MICROSECONDS = 1_000_000


class Outcome(NamedTuple):
    """Some requests that ended alike.

    Attributes
    ----------
    status
        What the container answered; 0 for no answer.
    latency
        Seconds within the container.
    overhead
        Seconds that SageMaker itself added.
    requests
        How many requests.
    worked
        Seconds that the model worked at each; None for all of the latency, as where nothing waits.
    """

    status: int
    latency: float
    overhead: float
    requests: int = 1
    worked: float | None = None


class Datum(NamedTuple):
    """Values of a metric at a moment, each with how often it occurred.

    Attributes
    ----------
    offset
        Seconds after the minute's start.
    """

    name: str
    unit: str
    values: dict[float, int]
    offset: int = 0


@dataclass
class Minute:
    """The requests of one variant in one minute.

    Attributes
    ----------
    busy
        Seconds that its instances were at work.
    """

    requests: int = 0
    busy: float = 0.0
    _errors: Counter[str] = field(default_factory=Counter)
    _latency: Counter[float] = field(default_factory=Counter)
    _overhead: Counter[float] = field(default_factory=Counter)
    _concurrent: dict[int, int] = field(default_factory=dict)

    def add(self, outcome: Outcome, *, second: float, concurrent: int) -> None:
        """Add requests that began at a second of the minute."""
        self.requests += outcome.requests
        worked = outcome.latency if outcome.worked is None else outcome.worked
        self.busy += worked * outcome.requests
        self._latency[round(outcome.latency * _MICROSECONDS)] += outcome.requests
        self._overhead[round(outcome.overhead * _MICROSECONDS)] += outcome.requests
        for name in _errors(outcome.status):
            self._errors[name] += outcome.requests
        self.hold(second, 0.0, concurrent)

    def hold(self, second: float, seconds: float, concurrent: int) -> None:
        """Note how many requests were under way at once from a second on."""
        for slot in range(int(second // _SLOT) * _SLOT, int(second + seconds) + 1, _SLOT):
            if slot < _MINUTE:
                self._concurrent[slot] = max(self._concurrent.get(slot, 0), concurrent)

    def data(self, instances: int) -> list[Datum]:
        """Return the metrics of the invocations; without any there are none.

        Parameters
        ----------
        instances
            How many instances the variant has.
        """
        if not self.requests:
            return []
        shared = 1 / max(instances, 1)
        data = [
            Datum("Invocations", "None", {1.0: self.requests}),
            Datum("InvocationsPerInstance", "None", {shared: self.requests}),
            Datum("ModelLatency", "Microseconds", dict(self._latency)),
            Datum("OverheadLatency", "Microseconds", dict(self._overhead)),
        ]
        for name in ("Invocation4XXErrors", "Invocation5XXErrors", "InvocationModelErrors"):
            failed = self._errors[name]
            counts = {1.0: failed, 0.0: self.requests - failed}
            data.append(Datum(name, "None", {value: n for value, n in counts.items() if n}))
        for slot, peak in sorted(self._concurrent.items()):
            values = _shared_out(peak, max(instances, 1))
            data.append(Datum("ConcurrentRequestsPerModel", "None", values, slot))
        return data

    def load(self, instances: int) -> float:
        """Return which share of the minute each instance was at work, 0 to 1."""
        return self.busy / _MINUTE / max(instances, 1)


def _shared_out(requests: int, instances: int) -> dict[float, int]:
    """Return how many requests are within an instance: each of them reports its own."""
    least, more = divmod(requests, instances)
    values = {float(least): instances - more, float(least + 1): more}
    return {value: times for value, times in values.items() if times}


def _errors(status: int) -> list[str]:
    if 200 <= status < 300:  # noqa: PLR2004 - HTTP's classes
        return []
    if 400 <= status < 500:  # noqa: PLR2004 - HTTP's classes
        return ["InvocationModelErrors", "Invocation4XXErrors"]
    return ["InvocationModelErrors", "Invocation5XXErrors"]
