"""What a stream with a known change says about whoever watches it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.streams import Stream, Table


class Watcher(Protocol):
    """Knows a baseline, and looks at one hour after the other."""

    def drifts(self, table: Table) -> bool:
        """Return whether it says that the hour has drifted."""
        ...


@dataclass(frozen=True)
class Told:
    """What became of a stream.

    Parameters
    ----------
    delay : int, optional
        Hours from the change until drift was told; None if it never was.
    wrong, quiet : int
        Hours before the change that were called drift, and all of them.
    """

    delay: int | None
    wrong: int
    quiet: int


def follow(watcher: Watcher, stream: Stream, hours: int) -> Told:
    """Watch a stream until its drift is told, or for so many hours."""
    wrong, quiet = 0, hours if stream.change is None else stream.at
    for hour, table in enumerate(stream.hours(hours)):
        drifts = watcher.drifts(table)
        if drifts and hour < quiet:
            wrong += 1
        elif drifts:
            return Told(hour - stream.at + 1, wrong, quiet)
    return Told(None, wrong, quiet)


def delays(told: Iterable[Told]) -> list[int]:
    """Return the delays of those that were told."""
    return [each.delay for each in told if each.delay is not None]
