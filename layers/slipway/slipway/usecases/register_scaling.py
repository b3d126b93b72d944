"""Let the variant that serves scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.scaling import free

if TYPE_CHECKING:
    from slipway.ports import ReleaseBook, Scaling
    from slipway.usecases.reference import ReleaseRef


def register_scaling(ref: ReleaseRef, *, ledger: ReleaseBook, scaling: Scaling) -> dict[str, str]:
    """Register the planned target and policy; both replace what was there."""
    release = ledger.read_release(ref.endpoint, ref.release)
    requests = release.scaling
    resource = str(requests["target"]["ResourceId"])
    made = {**release.made, "scaling": resource}
    ledger.note_release(ref.endpoint, ref.release, {"made": made})
    # What a release held must scale again, and what is not said stays as it was.
    scaling.register(free(requests["target"]), requests["policy"])
    return {"scaling": resource}
