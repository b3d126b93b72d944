"""Whether values are there."""

from __future__ import annotations

from math import isclose
from typing import TYPE_CHECKING

from slipway.domain.drift.checks.registry import Shortfall, feature_check
from slipway.domain.drift.tails import at_least, more_often

if TYPE_CHECKING:
    from slipway.domain.drift.evidence import Comparison
    from slipway.domain.drift.requirements import Requirement


@feature_check("completeness", "Significance against the baseline's own share: Fisher's test.")
def completeness(comparison: Comparison, _requirement: Requirement) -> Shortfall | None:
    """Compare the share of values that are there with what constraints.json or the baseline has."""
    rows, missing = comparison.current_rows, comparison.current_missing
    if not rows:
        return None
    observed, required = 1 - missing / rows, comparison.required_completeness
    before = comparison.reference_rows
    usual = comparison.reference_present / before if before else None
    if required is not None and (usual is None or not isclose(required, usual, abs_tol=1e-9)):
        return Shortfall(required, observed, at_least(missing, rows, 1 - required))
    if usual is None:
        return None
    # Nobody has asked for another share, so it is an estimate as good as the baseline is large.
    p_value = more_often(missing, rows, comparison.reference_missing, before)
    return Shortfall(usual, observed, p_value)
