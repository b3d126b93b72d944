"""What the checks of columns share: the rows that have others than the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.checks.registry import Shortfall
from slipway.domain.drift.tails import more_often
from slipway.domain.drift.troubles import Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.drift.evidence import Coverage


def all_rows(coverage: Coverage) -> int:
    """Return the rows that could be read, whatever their columns."""
    return coverage.rows + coverage.troubles.get(Trouble.WRONG_WIDTH, 0)


def shortfall(
    coverage: Coverage, columns: Mapping[str, int], reference_rows: int
) -> Shortfall | None:
    """Return the share of rows that have none of these wrong columns."""
    if not columns:
        return None
    wrong = max(columns.values())
    rows = max(all_rows(coverage), wrong)
    if not rows:
        return None
    p_value = more_often(wrong, rows, 0, reference_rows)
    return Shortfall(1.0, 1 - wrong / rows, p_value, tuple(columns))
