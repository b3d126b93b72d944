"""What could not be read, by reason: counted always, kept in part, never fatal."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

KEPT_LINES = 20
KEPT_BYTES = 4096
KEPT_NAMES = 200


class Trouble(StrEnum):
    """Why a line or a row was left out."""

    MALFORMED = "malformed"
    """A line that is no capture record."""
    HALF_WRITTEN = "half_written"
    """A file that ends within a line, or within its compressed data."""
    UNDECODABLE = "undecodable"
    """A request whose data is not what its encoding says, or nothing that has columns."""
    OUTPUT_UNDECODABLE = "output_undecodable"
    NO_INPUT = "no_input"
    """A record without a request: only answers are captured, or the request was empty."""
    NO_OUTPUT = "no_output"
    WRONG_WIDTH = "wrong_width"
    """A row of more or fewer values than the baseline has columns; it is compared with nothing."""
    OUTPUT_WRONG_WIDTH = "output_wrong_width"
    BAD_TIME = "bad_time"
    """A record whose time is none, or has no zone; what it holds is counted all the same."""
    SYNTHETIC = "synthetic"
    """A call that Slipway itself made."""


@dataclass(frozen=True, slots=True)
class Quarantined:
    """The beginning of a line that was left out, as it stood in the file."""

    reason: str
    line: bytes


@dataclass(frozen=True, slots=True)
class Troubles:
    """What was left out of a part of the captures.

    Attributes
    ----------
    counts
        Lines or rows, by reason.
    missing_columns, extra_columns
        Columns that rows came without and columns that nobody knows (`column 12` where rows have
        no names), with the number of rows.
    samples
        A few lines to look at.
    """

    counts: Mapping[str, int] = field(default_factory=dict)
    missing_columns: Mapping[str, int] = field(default_factory=dict)
    extra_columns: Mapping[str, int] = field(default_factory=dict)
    samples: tuple[Quarantined, ...] = ()

    def merged(self, other: Troubles) -> Troubles:
        """Return both together; of the lines so many as are kept at all, in a fixed order."""
        samples = sorted({*self.samples, *other.samples}, key=lambda each: (each.reason, each.line))
        return Troubles(
            _added(self.counts, other.counts),
            _first(_added(self.missing_columns, other.missing_columns)),
            _first(_added(self.extra_columns, other.extra_columns)),
            tuple(samples[:KEPT_LINES]),
        )

    def without_own_calls(self) -> dict[str, int]:
        """Return the counts of what users' calls caused."""
        own = Trouble.SYNTHETIC
        return {reason: count for reason, count in self.counts.items() if reason != own}


def told_troubles(counts: Mapping[str, int]) -> str:
    """Say how much was left out for which reason, the most frequent first.

    Example
    -------
    >>> told_troubles({"half_written": 2, "malformed": 1300})
    '1,300 malformed, 2 half written'
    """
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    return ", ".join(f"{count:,} {reason.replace('_', ' ')}" for reason, count in ordered)


def _added(one: Mapping[str, int], other: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted((Counter(one) + Counter(other)).items()))


def _first(columns: dict[str, int]) -> dict[str, int]:
    """Bound what callers can make grow; which are kept must not depend on the order of merging."""
    return dict(list(columns.items())[:KEPT_NAMES])
