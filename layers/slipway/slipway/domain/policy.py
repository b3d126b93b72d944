"""What the settings say about a release and about what serves: kept in the ledger with it."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from slipway.domain.capacity.calendar import SleepCalendar
from slipway.domain.capacity.events import Announced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.spec import EndpointSpec
    from slipway.domain.spec.drift import Drift
    from slipway.domain.spec.hosting import Hosting
    from slipway.domain.spec.metrics import ReleaseMetric

_DIGEST = 12


def release_policy(spec: EndpointSpec) -> dict[str, Any]:
    """Return what the ledger keeps of the settings, as plain values."""
    release = spec.release
    return {
        "approve": release.approve,
        "inconclusive": release.inconclusive,
        "replay": release.replay,
        "keep_previous_seconds": int(release.keep_previous.total_seconds()),
        "keep_releases": release.keep_releases,
        "revert_when_settled": release.revert_when_settled,
        "burst_hold_seconds": int(spec.scaling.burst.hold.total_seconds()),
        "events": [Announced.of(each).fingerprint for each in spec.scaling.events],
        "sleep": SleepCalendar.of(spec.sleep).as_dict() if spec.sleep else None,
        "instance_types": [spec.hosting.instance_type, *spec.hosting.fallback_instance_types],
        "hosting": _hosting(spec.hosting),
        "drift": _drift(spec.drift),
        "tolerance": {
            "errors": release.tolerance.error_share,
            "latency": release.tolerance.latency,
            "answers": release.tolerance.answer_share,
        },
        "metrics": [_metric(each) for each in release.metrics],
        "alarms": {"errors": spec.alarms.error_share, "latency_ms": spec.alarms.latency},
    }


def _metric(metric: ReleaseMetric) -> dict[str, Any]:
    """Return a metric of the user's, with what it may differ from what serves as a share."""
    shares = {"below_live": metric.below_live_share, "above_live": metric.above_live_share}
    return metric.model_dump(mode="json") | shares


def _drift(drift: Drift) -> dict[str, Any]:
    """Return how the traffic is watched; where nothing is captured there is no schedule."""
    values = drift.model_dump(mode="json", by_alias=True)
    # What is captured is a matter of the endpoint's configuration: it changes with a release.
    sampling = values.pop("sampling")
    return values if sampling else {**values, "schedule": None}


def _hosting(hosting: Hosting) -> dict[str, Any]:
    """Return what only a new variant can change."""
    environment = json.dumps(dict(hosting.environment), sort_keys=True)
    return {
        "mode": hosting.mode,
        "framework": hosting.framework,
        "framework_version": hosting.framework_version,
        "image": hosting.image,
        "instance_type": hosting.instance_type,
        "instance_count": hosting.instance_count,
        # It may be large, and hold what is nobody's business.
        "environment": hashlib.sha256(environment.encode()).hexdigest()[:_DIGEST],
    }


def changed_hosting(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which settings of `hosting` two policies differ in, such as ``hosting.image``."""
    old, new = before.get("hosting"), after["hosting"]
    if old is None:
        return ()
    return tuple(f"hosting.{name}" for name in new if old.get(name) != new[name])
