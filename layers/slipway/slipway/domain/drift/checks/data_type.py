"""Whether values are of the column's type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.checks.registry import Shortfall, feature_check
from slipway.domain.drift.tails import at_least, more_often

if TYPE_CHECKING:
    from slipway.domain.drift.evidence import Comparison
    from slipway.domain.drift.requirements import Requirement


@feature_check("data_type", "Significance against a baseline in which all are: Fisher's test.")
def data_type(comparison: Comparison, requirement: Requirement) -> Shortfall | None:
    """Compare the share of values of the type with `datatype_check_threshold`."""
    values = comparison.current_present + comparison.current_mismatched
    if not values:
        return None
    wrong = comparison.current_mismatched
    observed = comparison.current_present / values
    if requirement.matching < 1:
        p_value = at_least(wrong, values, 1 - requirement.matching)
    else:
        p_value = more_often(wrong, values, 0, comparison.reference_present)
    return Shortfall(requirement.matching, observed, p_value)
