"""Checks of values, columns and records, one in a file: Model Monitor's, and two more."""

# Importing a check registers it.
from slipway.domain.drift.checks import (
    categorical_values,
    completeness,
    data_type,
    extra_column,
    missing_column,
    unreadable,
    unreadable_answers,
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
from slipway.domain.drift.checks.unreadable import unread

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
    "unread",
    "unreadable",
    "unreadable_answers",
]
