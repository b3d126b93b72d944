"""Let the variant that serves scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.usecases.hold_lease import hold_lease
from slipway.usecases.scaling_bounds import free_scaling

if TYPE_CHECKING:
    from slipway.ports import Clock, Scaling
    from slipway.usecases.hold_lease import HeldBook
    from slipway.usecases.reference import ReleaseRef


def register_scaling(
    ref: ReleaseRef, *, ledger: HeldBook, scaling: Scaling, clock: Clock
) -> dict[str, str]:
    """Register the planned policy and, within what is claimed, the target; both replace others."""
    now = clock.now()
    hold_lease(ref, ledger=ledger, now=now.isoformat())
    release = ledger.read_release(ref.endpoint, ref.release)
    requests = release.scaling
    resource = str(requests["target"]["ResourceId"])
    made = {**release.made, "scaling": resource}
    ledger.note_release(ref.endpoint, ref.release, {"made": made})
    # What a release held must scale again, and what is not said stays as it was.
    free_scaling(ref.endpoint, requests, ledger=ledger, scaling=scaling, now=now)
    return {"scaling": resource}
