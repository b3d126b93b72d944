"""constraints.json: what Model Monitor would ask of data that looks like the baseline."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.drift.profiles.numbers import Numbers
from slipway.domain.drift.profiles.presence import Presence
from slipway.domain.drift.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.drift.baseline.reference import Reference
    from slipway.domain.drift.profiles.profile import Feature

VERSION = 0.0
MONITORING = {
    "evaluate_constraints": "Enabled",
    "emit_metrics": "Enabled",
    "datatype_check_threshold": 1.0,
    "domain_content_threshold": 1.0,
    "distribution_constraints": {
        "perform_comparison": "Enabled",
        "comparison_threshold": 0.1,
        "comparison_method": "Robust",
        "categorical_comparison_threshold": 0.1,
        "categorical_drift_method": "LInfinity",
    },
}


def constraints(columns: Mapping[str, Reference]) -> dict[str, Any]:
    """Return the content of constraints.json."""
    features = [_constraint(name, each) for name, each in columns.items()]
    return {"version": VERSION, "features": features, "monitoring_config": MONITORING}


def _constraint(name: str, reference: Reference) -> dict[str, Any]:
    feature = reference.feature
    found = {
        "name": name,
        "inferred_type": str(reference.kind),
        "completeness": completeness(feature),
    }
    if isinstance(feature, Presence):
        return {**found, "inferred_type": str(Kind.UNKNOWN)}
    if isinstance(feature, Numbers):
        return {**found, "num_constraints": {"is_non_negative": feature.moments.low >= 0}}
    if reference.domain is None:
        return found
    return {**found, "string_constraints": {"domains": sorted(reference.domain)}}


def completeness(feature: Feature) -> float:
    """Return the share of values that are there."""
    rows = feature.present + feature.missing
    return feature.present / rows if rows else 0.0
