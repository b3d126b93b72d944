"""Make the limits of scaling of all that is claimed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol

from slipway.domain.capacity.claims import prune
from slipway.domain.scaling import claimed
from slipway.errors import LedgerConflict
from slipway.ports import EndpointBook, ReleaseBook
from slipway.usecases.limits_beside import is_replacing, limits_beside, running_beside

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from slipway.domain.capacity.claims import Claims
    from slipway.domain.lease import EndpointRecord
    from slipway.ports import Bounds, Clock, EndpointReader, EndpointState

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
    running = running_beside(record, ledger)
    if running and is_replacing(running):
        # SageMaker changes no type of a variant that is registered.
        words = f"The instances of {record.name} are being replaced by those of another type"
        return Applied("waiting", words, live.variant)
    limits = {live.variant: target, **limits_beside(record, variants, running, now)}
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
