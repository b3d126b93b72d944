"""What is judged: counts of a baseline and of what was served, side by side.

Plain numbers, so that judging needs neither numpy nor a data frame: whoever profiles turns its
arrays into these. One `Comparison` for every column of the baseline, also for one that the window
does not hold (then its `current_…` counts are 0), and one `Coverage` for the window.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from math import isfinite
from operator import lt
from typing import TYPE_CHECKING, Literal, Self

from slipway.domain.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.drift.schema import Kind
    from slipway.domain.drift.troubles import Troubles

Side = Literal["input", "output"]
"""Whether a column is something that a model is asked with or something that it answers."""


class EvidenceInvalid(DomainError):
    """Counts that cannot be those of one feature: they say which and why."""


@dataclass(frozen=True, slots=True)
class Binned:
    """Counts of numbers between the same edges.

    Attributes
    ----------
    edges
        Rising, without repetition; at best about 1,000 quantiles of the baseline.
    reference, current
        `len(edges) + 1` counts. Count `i` holds the values above `edges[i - 1]` up to and with
        `edges[i]`: what lies below the first edge comes first, what lies above the last one comes
        last. So the first `i + 1` counts together are all values up to `edges[i]`.
    """

    edges: tuple[float, ...]
    reference: tuple[int, ...]
    current: tuple[int, ...]

    def __post_init__(self) -> None:
        # A hundred features of a thousand edges each are judged in one go: no Python in the loops.
        rise = all(map(lt, self.edges, self.edges[1:]))
        if not rise or not all(map(isfinite, self.edges)):
            raise EvidenceInvalid("The edges of the bins must be finite numbers that rise.")
        wanted = len(self.edges) + 1
        if len(self.reference) != wanted or len(self.current) != wanted:
            raise EvidenceInvalid(
                f"{len(self.edges)} edges make {wanted} bins, but there are counts of "
                f"{len(self.reference)} in the baseline and {len(self.current)} now."
            )
        _check_counts((*self.reference, *self.current))

    @property
    def sizes(self) -> tuple[int, int]:
        """How many values the baseline has, and how many the window."""
        return sum(self.reference), sum(self.current)


@dataclass(frozen=True, slots=True)
class Categories:
    """Counts of words.

    Attributes
    ----------
    reference, current
        How often each category came; one that is missing here came never.
    other_reference, other_current
        How often anything else came that is not named in `reference` or `current`.
    """

    reference: Mapping[str, int]
    current: Mapping[str, int]
    other_reference: int = 0
    other_current: int = 0

    def __post_init__(self) -> None:
        _check_counts(
            (
                *self.reference.values(),
                *self.current.values(),
                self.other_reference,
                self.other_current,
            )
        )

    @property
    def sizes(self) -> tuple[int, int]:
        """How many values the baseline has, and how many the window."""
        before, after = sum(self.reference.values()), sum(self.current.values())
        return before + self.other_reference, after + self.other_current


@dataclass(frozen=True, slots=True)
class Comparison:
    """One column: how it was in the baseline and how it is in the window.

    Attributes
    ----------
    values
        None where there is nothing to compare the values with, such as predictions of which the
        baseline holds none: then only what is missing or of another kind is judged.
    reference_present, current_present
        Values that are there and of the column's kind.
    reference_missing, current_missing
        Values that are not there: empty, null.
    current_mismatched
        Values that are there and of another kind, such as words among numbers; not in `present`.
    reference_mean, reference_std, current_mean, current_std
        Of numbers, the population's deviation; None for words and where there are no values.
    unexpected
        Some of the categories that the baseline does not know, the most frequent first.
    unexpected_count
        How many values were in any such category.
    error_bound
        By how much the distance of the two cumulative distributions can be wrong because they come
        from sketches; 0 for exact counts.
    learnt
        The reference is what users sent first: its words are theirs.
    required_completeness
        The share of values that have to be there, if constraints.json says so (0 to 1); None if the
        baseline's own share counts.
    """

    feature: str
    side: Side
    kind: Kind
    values: Binned | Categories | None
    reference_present: int
    reference_missing: int
    current_present: int
    current_missing: int
    current_mismatched: int = 0
    reference_mean: float | None = None
    reference_std: float | None = None
    current_mean: float | None = None
    current_std: float | None = None
    unexpected: tuple[str, ...] = ()
    unexpected_count: int = 0
    error_bound: float = 0.0
    learnt: bool = False
    required_completeness: float | None = None

    def __post_init__(self) -> None:
        _check_counts(
            (
                self.reference_present,
                self.reference_missing,
                self.current_present,
                self.current_missing,
                self.current_mismatched,
                self.unexpected_count,
            )
        )

    @property
    def reference_rows(self) -> int:
        """Rows of the baseline."""
        return self.reference_present + self.reference_missing

    @property
    def unlike(self) -> bool:
        """Whether something came that the baseline holds nothing like."""
        return not self.reference_rows and self.current_rows > 0

    @property
    def current_rows(self) -> int:
        """Rows of the window that could be laid beside the baseline's columns."""
        return self.current_present + self.current_missing + self.current_mismatched


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was read in the window, beside the columns themselves.

    Attributes
    ----------
    records
        Lines of capture files that were looked at, the bad ones too, without Slipway's own calls.
    rows
        Rows that could be laid beside the baseline's columns.
    troubles
        Lines or rows that could not, by the reason's name, such as `malformed`.
    missing_columns
        Columns of the baseline that rows came without, with the number of rows.
    extra_columns
        Columns that the baseline does not know, with the number of rows; by position
        (`column 12`) where rows have no names.
    """

    records: int
    rows: int
    troubles: Mapping[str, int] = field(default_factory=dict)
    missing_columns: Mapping[str, int] = field(default_factory=dict)
    extra_columns: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def of(cls, records: int, rows: int, troubles: Troubles) -> Self:
        """Build it from what reading left out; Slipway's own calls do not count."""
        return cls(
            records,
            rows,
            troubles.without_own_calls(),
            troubles.missing_columns,
            troubles.extra_columns,
        )

    def __post_init__(self) -> None:
        maps = (self.troubles, self.missing_columns, self.extra_columns)
        _check_counts((self.records, self.rows, *(n for each in maps for n in each.values())))


def _check_counts(counts: tuple[int, ...]) -> None:
    if counts and min(counts) < 0:
        raise EvidenceInvalid(f"A count cannot be negative, but one is {min(counts)}.")
