"""An endpoint woke on another instance type: the ledger says so from now on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slipway.domain.capacity.claims import REFUSED, drop
from slipway.domain.capacity.fallback import policy_on, target_on
from slipway.usecases.fall_back import type_of

if TYPE_CHECKING:
    from slipway.domain.lease import EndpointRecord
    from slipway.ports import ReleaseBook


def adopt_fallback(record: EndpointRecord, ledger: ReleaseBook) -> EndpointRecord:
    """Return the endpoint's item with what really serves; the next release begins there."""
    live, asleep = record.live, record.asleep
    if live is None or asleep is None or asleep.config == live.config:
        return record
    old, new = live.instance_type, type_of(asleep)
    release = ledger.read_release(record.name, live.release)
    scaling = release.scaling
    if scaling.get("policy"):
        target = target_on(scaling["target"], new, release.policy.get("most", {}))
        moved = {"target": target, "policy": policy_on(scaling["policy"], old, new)}
        ledger.note_release(record.name, live.release, {"scaling": {**scaling, **moved}})
    # What AWS refuses of the old type says nothing about this one.
    claims = drop(record.claims, REFUSED)
    awake = replace(live, config=asleep.config, instance_type=new)
    return replace(record, live=awake, claims=claims)
