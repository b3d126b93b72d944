"""The limits of a variant that is being released beside what serves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.canary_size import canary_instances
from slipway.domain.plan import ReleasePlan
from slipway.domain.scaling import claimed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from slipway.domain.capacity.claims import Claims
    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import ReleaseBook, VariantState

_WHOLE = 100


def share_target(
    target: Mapping[str, Any], canary: VariantState, total: float, claims: Claims, now: datetime
) -> dict[str, Any]:
    """Return the limits of a variant that is being released: what its share of the requests needs.

    Parameters
    ----------
    total : float
        The weights of all variants.
    """
    limited = claimed(target, claims, now)
    most = int(limited["MaxCapacity"])
    share = round(_WHOLE * canary.weight / total) if total else 0
    needed = canary_instances(share, int(limited["MinCapacity"]), most=most)
    # It never shrinks below what it has while its share still grows.
    fewest = max(canary.desired_count, needed)
    return {**limited, "MinCapacity": fewest, "MaxCapacity": max(fewest, most)}


def limits_beside(
    record: EndpointRecord,
    variants: dict[str, VariantState],
    release: ReleaseRecord | None,
    now: datetime,
) -> dict[str, dict[str, Any]]:
    """Return the limits of the variant that is being released, once it scales by itself."""
    if release is None or not release.made.get("scaling"):
        return {}
    canary = variants.get(ReleasePlan.from_dict(release.plan).names.variant)
    if canary is None or (record.live and canary.name == record.live.variant):
        return {}
    total = sum(variant.weight for variant in variants.values())
    target = release.scaling["target"]
    return {canary.name: share_target(target, canary, total, record.claims, now)}


def is_replacing(release: ReleaseRecord) -> bool:
    """Tell whether a running release is between two types of its variant."""
    made, replaces = release.made, release.plan.get("strategy") == "replace"
    return replaces and made.get("endpoint") == "updated" and not made.get("scaling")


def running_beside(record: EndpointRecord, ledger: ReleaseBook) -> ReleaseRecord | None:
    """Return the release that is under way beside what serves, or None."""
    if record.lease is None or (record.live and record.lease.release == record.live.release):
        return None
    release = ledger.read_release(record.name, record.lease.release)
    return release if release.outcome == "running" else None
