"""Whether AWS refuses the instances that claims want."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from slipway.domain.capacity.claims import BURST, REFUSED, of_source, prune, put, refusal
from slipway.domain.capacity.next_type import next_type
from slipway.domain.capacity.refusal import refusal_of
from slipway.domain.scaling import claimed, resource_id
from slipway.ports import EndpointBook, ReleaseBook
from slipway.usecases.change_claims import change_claims

if TYPE_CHECKING:
    from slipway.domain.capacity.claims import Claim, Claims
    from slipway.domain.lease import EndpointRecord
    from slipway.ports import EndpointState, ScalingActivities


class RefusalBook(EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that a refusal touches."""


# A quota, and AWS's own capacity; scaling reports the words and not always the code.
NO_CAPACITY = (
    "InsufficientInstanceCapacity",
    "ResourceLimitExceeded",
    "CapacityError",
    "service limit",
)


def bear_refusal(  # noqa: PLR0913 - who asked for what, and the ports
    record: EndpointRecord,
    state: EndpointState,
    since: str,
    *,
    ledger: RefusalBook,
    activities: ScalingActivities,
    now: datetime,
) -> Claim | None:
    """Return what AWS refuses of all that is claimed, or None; it is kept from being asked again.

    It is looked for before limits are written, for scaling tries again as soon as they are. The
    variant that most of the requests reach is the one that counts.

    Parameters
    ----------
    since : str
        When it was claimed: what AWS refused before that says nothing.
    """
    known = refusal(record.claims, now)
    if record.live is None or state.status != "InService" or not state.variants:
        return known
    release = ledger.read_release(record.name, record.live.release)
    target = release.scaling.get("target")
    busiest = max(state.variants, key=lambda variant: variant.weight)
    asked = int(claimed(target, record.claims, now)["MinCapacity"]) if target else 0
    if busiest.desired_count >= asked:
        return known
    began = max(datetime.fromisoformat(since), _tried(record.claims, now))
    said = activities.last_failure(resource_id(record.name, busiest.name), began)
    if not is_capacity(said):
        return known
    allowed = release.policy.get("instance_types", ())
    # Where a burst holds, it is what tries another type.
    burst = of_source(prune(record.claims, now), BURST)
    others = burst is not None and bool(next_type(allowed, record.live.instance_type))
    refused = refusal_of(asked, busiest.desired_count, said, now, elsewhere=others)
    change_claims(record.name, lambda claims: put(claims, refused), ledger=ledger)
    return refused


def _tried(claims: Claims, now: datetime) -> datetime:
    """Return since when something else was asked for than what AWS refused before."""
    before = of_source(claims, REFUSED)
    if before is None:
        return datetime.min.replace(tzinfo=UTC)
    return datetime.fromisoformat(before.since if before.lasts(now) else before.until)


def is_capacity(words: str) -> bool:
    """Tell whether a reason speaks of missing capacity: a quota, or AWS's own."""
    return any(word in words for word in NO_CAPACITY)
