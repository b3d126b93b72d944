"""What a finding says: to a person, and in Model Monitor's words to its tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.evidence import Categories, Comparison
from slipway.domain.drift.schema import LONGEST_NAME
from slipway.domain.drift.troubles import KEPT_NAMES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.drift.checks import Shortfall
    from slipway.domain.drift.stattests import StatTest

_MOST_NAMES = 5


def distance_reason(
    comparison: Comparison, test: StatTest, distance: float, limit: float, *, named: bool
) -> str:
    """Say how far a distribution has moved, and what that looks like.

    Parameters
    ----------
    named
        Whether words that users sent may be told.
    """
    told = f"the {test.name} distance is {distance:.3g}, the limit {limit:g}"
    change = _change(comparison, named=named or not comparison.learnt)
    return f"{told}; {change}" if change else told


def _change(comparison: Comparison, *, named: bool) -> str:
    if isinstance(comparison.values, Categories):
        return _largest_change(comparison.values, named=named)
    before, now = comparison.reference_mean, comparison.current_mean
    if before is None or now is None:
        return ""
    words = f"the mean went from {before:.4g} to {now:.4g}"
    if comparison.reference_std is None or comparison.current_std is None:
        return words
    spread = f"{comparison.reference_std:.4g} to {comparison.current_std:.4g}"
    return f"{words}, the deviation from {spread}"


def _largest_change(values: Categories, *, named: bool) -> str:
    """Name only what the baseline names, and nothing if users wrote it: values are their own."""
    before = sum(values.reference.values()) + values.other_reference
    now = sum(values.current.values()) + values.other_current
    if not before or not now:
        return ""
    shares = {
        name: (count / before, values.current.get(name, 0) / now)
        for name, count in values.reference.items()
    }
    known = sum(values.current.get(name, 0) for name in values.reference)
    rest = (values.other_reference / before, 1 - known / now)
    name = max(sorted(shares), key=lambda each: _moved(shares[each]), default="")
    if not shares or _moved(rest) > _moved(shares[name]):
        which = "all rarer words" if values.other_reference else "words that the baseline lacks"
        return f"the share of {which} went from {rest[0]:.1%} to {rest[1]:.1%}"
    told = f"`{name}`" if named else "one word"
    return f"the share of {told} went from {shares[name][0]:.1%} to {shares[name][1]:.1%}"


def _moved(shares: tuple[float, float]) -> float:
    return abs(shares[0] - shares[1])


def distance_description(distance: float, limit: float) -> str:
    """Return what Model Monitor says of a distribution."""
    return f"Baseline drift distance: {distance} exceeds threshold: {limit}"


def check_reason(name: str, found: Shortfall, comparison: Comparison | None, named: bool) -> str:
    """Say which share does not hold.

    Parameters
    ----------
    named
        Whether values and columns that the baseline does not know may be told.
    """
    missed, columns = f"{1 - found.observed:.2%}", _columns(found.columns)
    kind = comparison.kind if comparison else ""
    unknown = comparison.unexpected[:_MOST_NAMES] if comparison and named else ()
    examples = f", such as {', '.join(f'`{value}`' for value in unknown)}" if unknown else ""
    usual = f"the baseline allows {1 - found.required:.2%}"
    return {
        "data_type": f"{missed} of the values are not {kind}; {usual}",
        "completeness": f"{missed} of the values are missing; {usual}",
        "categorical_values": f"{missed} of the values are not in the baseline{examples}",
        "missing_column": f"{missed} of the rows come without columns of the baseline: {columns}",
        "extra_column": f"{missed} of the rows have columns that the baseline lacks: "
        + (columns if named else _unknown(len(found.columns))),
        "unreadable": f"{missed} of the captured records cannot be read: {found.told}",
        "unreadable_answers": f"{missed} of the captured answers cannot be read: {found.told}",
    }[name]


def _columns(names: Sequence[str]) -> str:
    told = ", ".join(f"`{name[:LONGEST_NAME]}`" for name in names[:_MOST_NAMES])
    more = len(names) - _MOST_NAMES
    return f"{told} and {more} more" if more > 0 else told


def _unknown(count: int) -> str:
    """Name none: callers name columns, and a name may be a value."""
    if count >= KEPT_NAMES:
        return f"{count} unknown columns or more"
    return "one unknown column" if count == 1 else f"{count} unknown columns"


def check_description(
    name: str, found: Shortfall, comparison: Comparison | None, columns: int
) -> str:
    """Return what Model Monitor says of a check.

    Parameters
    ----------
    columns
        How many the baseline has.
    """
    required, observed = f"{found.required * 100}%", f"{found.observed * 100}%"
    kind = comparison.kind if comparison else ""
    fewer, more = columns - len(found.columns), columns + len(found.columns)
    counted = "columns in current dataset. Number of columns in current dataset"
    beside = f"Number of columns in baseline constraints: {columns}"
    return {
        "data_type": f"Data type match requirement is not met. Expected data type: {kind}, "
        f"Expected match: {required}. Observed: Only {observed} of data is {kind}.",
        "completeness": "Data completeness requirement is not met. "
        f"Expected: {required}. Observed: Only {observed}.",
        "categorical_values": "Categorical values requirement is not met. "
        f"Expected match: {required}. Observed: Only {observed} of values are known.",
        "missing_column": f"There are missing {counted}: {fewer}, {beside}",
        "extra_column": f"There are extra {counted}: {more}, {beside}",
        "unreadable": f"Records cannot be read. Expected: {required}. Observed: Only {observed}.",
        "unreadable_answers": "Answers cannot be read. "
        f"Expected: {required}. Observed: Only {observed}.",
    }[name]
