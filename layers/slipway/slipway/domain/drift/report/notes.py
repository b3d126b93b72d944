"""What a small plot does not show, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.evidence import Categories
from slipway.domain.drift.report.figures import number
from slipway.domain.report.words import percent

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slipway.domain.drift.evidence import Comparison

_NOTED = 0.02


def note_of(comparison: Comparison) -> str:
    """Return what the plot does not show, in words: also what a screen reader gets."""
    notes = []
    if comparison.reference_mean is not None and comparison.current_mean is not None:
        notes.append(f"Mean {_moved(comparison.reference_mean, comparison.current_mean)}")
        notes.append(f"deviation {_moved(comparison.reference_std, comparison.current_std)}")
    rows = comparison.current_rows or 1
    before = comparison.reference_missing / (comparison.reference_rows or 1)
    now = comparison.current_missing / rows
    if max(before, now) > 0:
        notes.append(f"missing {percent(before)} → {percent(now)}")
    if comparison.current_mismatched:
        notes.append(f"of another kind {percent(comparison.current_mismatched / rows)}")
    notes += _outside(comparison)
    said = ", ".join(notes)
    return said[:1].upper() + said[1:]


def _outside(comparison: Comparison) -> Iterable[str]:
    values = comparison.values
    if isinstance(values, Categories):
        if comparison.unexpected_count:
            share = comparison.unexpected_count / (comparison.current_present or 1)
            yield f"in categories that the baseline does not know {percent(share)}"
    elif values is not None:
        beyond = values.current[-1] / (sum(values.current) or 1)
        if beyond >= _NOTED and not values.reference[-1]:
            yield f"above all that the baseline holds {percent(beyond)}"


def _moved(before: float | None, now: float | None) -> str:
    return f"{number(before)} → {number(now)}"
