"""AWS has no capacity for a whole fleet: plan it anew on the next type that the spec allows."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Literal

from slipway.domain.capacity.next_type import next_type
from slipway.domain.planning import ReleasePlan
from slipway.usecases.hold_lease import hold_lease

if TYPE_CHECKING:
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import Clock, EndpointRemover
    from slipway.usecases.hold_lease import HeldBook
    from slipway.usecases.reference import ReleaseRef

_MOVING = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"})


@dataclass(frozen=True, slots=True)
class OtherType:
    """Whether there is one.

    Parameters
    ----------
    verdict : str
        `plan`: plan again, with `instance_type`. `waiting`: what AWS refused is still going.
        `none`: the release fails, for the spec allows no other type, or is beside what serves.
    """

    verdict: Literal["plan", "waiting", "none"]
    instance_type: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return plain values for the workflow."""
        return asdict(self)


def try_other_type(
    ref: ReleaseRef, *, ledger: HeldBook, endpoints: EndpointRemover, clock: Clock
) -> OtherType:
    """Take away what AWS refused, and note the type to plan with.

    Only a first release changes its type by itself, and one that is only for another type: beside
    what serves, a refusal harms nobody, and the version goes back.

    Raises
    ------
    LeaseLost
        If another execution may change the endpoint.
    """
    hold_lease(ref, ledger=ledger, now=clock.now().isoformat())
    release = ledger.read_release(ref.endpoint, ref.release)
    plan = ReleasePlan.from_dict(release.plan)
    kind = next_type(release.policy.get("instance_types", ()), plan.instance_type)
    if plan.strategy not in {"first", "replace"} or not kind or release.condemned:
        return OtherType("none")
    if not _removed(release, plan, endpoints):
        return OtherType("waiting")
    # A configuration of this name is about to be made with another type.
    endpoints.delete_config(plan.names.endpoint_config)
    policy = {**release.policy, "instance_type": kind}
    # What served before is to be scaled again if the next type fails too.
    how = "updated" if plan.strategy == "replace" else ""
    made = {**release.made, "endpoint": how, "config": ""}
    ledger.note_release(ref.endpoint, ref.release, {"policy": policy, "made": made})
    return OtherType("plan", kind)


def _removed(release: ReleaseRecord, plan: ReleasePlan, endpoints: EndpointRemover) -> bool:
    """Tell whether the endpoint is gone that this release made; ask for it if it is not."""
    state = endpoints.describe(release.endpoint)
    if state is None or release.made.get("endpoint") != "created":
        return True
    if state.status not in _MOVING and state.config == plan.names.endpoint_config:
        endpoints.delete_endpoint(release.endpoint)
    return False
