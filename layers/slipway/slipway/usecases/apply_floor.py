"""Make the limits of scaling of all that is claimed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from slipway.domain.canary_size import canary_instances
from slipway.domain.capacity.claims import prune
from slipway.domain.plan import ReleasePlan
from slipway.domain.scaling import claimed
from slipway.errors import LedgerConflict
from slipway.ports import EndpointBook, ReleaseBook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from slipway.domain.capacity.claims import Claims
    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import Bounds, Clock, EndpointReader, EndpointState, VariantState

_WHOLE = 100
# A claim that comes in between is seen at the next look; more than a few have never come.
LOOKS = 5


class FloorBook(EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that say who wants how many instances, and of what."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of the claims.

    Parameters
    ----------
    verdict : {"applied", "waiting", "nothing"}
        `waiting` while SageMaker changes the endpoint: the limits are written, but scaling may
        act on them only once they are written again. `nothing` where nothing scales.
    desired : int
        How many instances the live variant has been asked for, when it was looked at.
    current : int
        How many serve.
    """

    verdict: Literal["applied", "waiting", "nothing"]
    reason: str
    variant: str = ""
    fewest: int = 0
    most: int = 0
    desired: int = 0
    current: int = 0

    @property
    def arrived(self) -> bool:
        """Tell whether the instances serve."""
        return self.verdict == "applied" and self.current >= self.fewest

    @property
    def reached(self) -> bool:
        """Tell whether the instances have been asked for."""
        return self.verdict == "applied" and self.desired >= self.fewest

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for the workflow."""
        return asdict(self)


def apply_floor(
    endpoint: str, *, ledger: FloorBook, endpoints: EndpointReader, bounds: Bounds, clock: Clock
) -> Applied:
    """Let the live variant scale within what the spec allows and the claims leave.

    This may happen at any time, beside a release too: the variant that is being released gets
    what its share of the requests needs. Whether scaling is suspended is the release's affair and
    stays as it is.

    Raises
    ------
    LedgerConflict
        If claims change faster than they can be applied.
    """
    for _ in range(LOOKS):
        record = ledger.read_endpoint(endpoint)
        applied = _apply(record, endpoints.describe(endpoint), ledger, bounds, clock.now())
        again = ledger.read_endpoint(endpoint)
        # Whoever writes limits last has seen every claim, and where it belongs.
        if (again.claims, again.live) == (record.claims, record.live):
            return applied
    raise LedgerConflict(f"The claims of endpoint {endpoint} change all the time")


def with_claims(endpoint: str, write: Callable[[Claims], None], *, ledger: EndpointBook) -> None:
    """Have limits written, and again if somebody claimed something meanwhile.

    Raises
    ------
    LedgerConflict
        If claims change faster than they can be written.
    """
    for _ in range(LOOKS):
        claims = ledger.read_endpoint(endpoint).claims
        write(claims)
        if ledger.read_endpoint(endpoint).claims == claims:
            return
    raise LedgerConflict(f"The claims of endpoint {endpoint} change all the time")


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


def _apply(
    record: EndpointRecord,
    state: EndpointState | None,
    ledger: FloorBook,
    bounds: Bounds,
    now: datetime,
) -> Applied:
    live = record.live
    if live is None or record.asleep or state is None:
        return Applied("nothing", f"Endpoint {record.name} serves nothing now")
    variants = {variant.name: variant for variant in state.variants}
    requests = ledger.read_release(record.name, live.release).scaling
    if not requests or live.variant not in variants:
        return Applied("nothing", f"Variant {live.variant} of {record.name} does not scale")
    target = claimed(requests["target"], record.claims, now)
    running = _running(record, ledger)
    if running and is_replacing(running):
        # SageMaker changes no type of a variant that is registered.
        words = f"The instances of {record.name} are being replaced by those of another type"
        return Applied("waiting", words, live.variant)
    limits = {live.variant: target, **_beside(record, variants, running, now)}
    # Scaling changes one variant at a time, and capacity may end: first where the requests are.
    for name in sorted(limits, key=lambda name: variants[name].weight, reverse=True):
        bounds.set_bounds(limits[name])
    return Applied(
        "applied" if state.status == "InService" else "waiting",
        _words(record, state, target, now),
        live.variant,
        int(target["MinCapacity"]),
        int(target["MaxCapacity"]),
        variants[live.variant].desired_count,
        variants[live.variant].current_count,
    )


def _beside(
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


def _running(record: EndpointRecord, ledger: FloorBook) -> ReleaseRecord | None:
    if record.lease is None or (record.live and record.lease.release == record.live.release):
        return None
    release = ledger.read_release(record.name, record.lease.release)
    return release if release.outcome == "running" else None


def _words(
    record: EndpointRecord, state: EndpointState, target: dict[str, Any], now: datetime
) -> str:
    wanted = [f"{each.source} wants {each.floor}" for each in prune(record.claims, now)]
    claims = "; ".join(wanted) or "nobody claims more"
    later = "" if state.status == "InService" else f", to be repeated: it is {state.status}"
    return (
        f"{record.name} scales between {target['MinCapacity']} and {target['MaxCapacity']} "
        f"instances ({claims}){later}"
    )
