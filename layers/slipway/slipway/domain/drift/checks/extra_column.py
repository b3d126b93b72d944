"""Whether rows have columns that the baseline does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.checks.columns import shortfall
from slipway.domain.drift.checks.registry import row_check

if TYPE_CHECKING:
    from slipway.domain.drift.checks.registry import Shortfall
    from slipway.domain.drift.evidence import Coverage


@row_check("extra_column", "Significance if no row of the baseline is so: Fisher's test.")
def extra_column(coverage: Coverage, reference_rows: int) -> Shortfall | None:
    """Compare the share of rows that have no other columns with all of them."""
    return shortfall(coverage, coverage.extra_columns, reference_rows)
