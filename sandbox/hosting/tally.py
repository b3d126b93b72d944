"""What users met: their requests and how many failed, by variant and minute."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

_MINUTE = 60


class Minute(NamedTuple):
    """The users' requests to a variant within a minute of sandbox time.

    Attributes
    ----------
    start
        Unix seconds.
    variant
        None for what reached no variant.
    config
        The endpoint configuration that answered.
    """

    start: int
    endpoint: str
    variant: str | None
    config: str


@dataclass
class Count:
    """How many requests there were and how they ended.

    Attributes
    ----------
    errors
        Ended in an error, or did not reach the endpoint.
    wrong
        Ended well, with an answer that the caller cannot use.
    """

    requests: int = 0
    errors: int = 0
    wrong: int = 0

    @property
    def failed(self) -> int:
        """The requests that a user would call failed."""
        return self.errors + self.wrong

    def add(self, other: Count) -> None:
        """Add another count to this one."""
        self.requests += other.requests
        self.errors += other.errors
        self.wrong += other.wrong


@dataclass
class TrafficLog:
    """The users' requests; smoke tests and replays are none.

    Attributes
    ----------
    minutes
        In the order in which they began.
    """

    minutes: dict[Minute, Count] = field(default_factory=dict)

    def add(
        self, moment: float, endpoint: str, variant: str | None, config: str, count: Count
    ) -> None:
        """Add requests of a moment."""
        key = Minute(int(moment // _MINUTE * _MINUTE), endpoint, variant, config)
        self.minutes.setdefault(key, Count()).add(count)

    def total(self, endpoint: str | None = None, variant: str | None = None) -> Count:
        """Return the count of an endpoint, of one of its variants, or of all."""
        total = Count()
        for minute, count in self.minutes.items():
            if endpoint in (None, minute.endpoint) and variant in (None, minute.variant):
                total.add(count)
        return total

    def by_variant(self, endpoint: str) -> dict[str | None, Count]:
        """Return an endpoint's counts by variant."""
        found: dict[str | None, Count] = {}
        for minute, count in self.minutes.items():
            if minute.endpoint == endpoint:
                found.setdefault(minute.variant, Count()).add(count)
        return found

    def clear(self) -> None:
        """Begin anew."""
        self.minutes.clear()
