"""Model Monitor's checks of values and columns, one in a file."""

# Importing a check registers it.
from slipway.domain.drift.checks import (
    categorical_values,
    completeness,
    data_type,
    extra_column,
    missing_column,
)
from slipway.domain.drift.checks.columns import all_rows
from slipway.domain.drift.checks.registry import (
    CHECKS,
    OF_FEATURE,
    OF_ROWS,
    Check,
    CheckName,
    Shortfall,
)

__all__ = [
    "CHECKS",
    "OF_FEATURE",
    "OF_ROWS",
    "Check",
    "CheckName",
    "Shortfall",
    "all_rows",
    "categorical_values",
    "completeness",
    "data_type",
    "extra_column",
    "missing_column",
]
