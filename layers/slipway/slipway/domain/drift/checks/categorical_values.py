"""Whether words are among those that the baseline knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.checks.registry import Shortfall, feature_check
from slipway.domain.drift.tails import at_least, more_often

if TYPE_CHECKING:
    from slipway.domain.drift.evidence import Comparison
    from slipway.domain.drift.requirements import Requirement


@feature_check(
    "categorical_values", "Significance if the baseline knows all of them: Fisher's test."
)
def categorical_values(comparison: Comparison, requirement: Requirement) -> Shortfall | None:
    """Compare the share of known values with `domain_content_threshold`."""
    values, unknown = comparison.current_present, comparison.unexpected_count
    if not values or not unknown:
        return None
    if requirement.known < 1:
        p_value = at_least(unknown, values, 1 - requirement.known)
    else:
        p_value = more_often(unknown, values, 0, comparison.reference_present)
    return Shortfall(requirement.known, 1 - min(unknown, values) / values, p_value)
