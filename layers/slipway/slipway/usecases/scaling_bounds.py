"""Between which counts variants scale, while the traffic moves and after that."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.capacity.claims import RELEASE, Claim, drop, extend
from slipway.domain.scaling import claimed, free, held, live_floor
from slipway.ports import EndpointBook, ReleaseBook
from slipway.usecases.apply_floor import with_claims
from slipway.usecases.change_claims import change_claims
from slipway.usecases.limits_beside import share_target

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from slipway.domain.capacity.claims import Claims
    from slipway.ports import Bounds, Scaling, VariantState
    from slipway.usecases.rollout import Rollout


class ClaimingBook(EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that a release's own floor touches."""


def pin_scaling(  # noqa: PLR0913 - what serves, and the ports
    endpoint: str,
    count: int,
    serving: Mapping[str, Any],
    *,
    ledger: ClaimingBook,
    bounds: Bounds,
    now: datetime,
    out: bool = False,
) -> None:
    """Keep what serves from shrinking: its instances are what a rollback needs at once.

    Parameters
    ----------
    count : int
        How many it has.
    serving : mapping
        How it scales: `target` and `policy`; empty if it does not.
    out : bool
        Whether it is kept from growing too: that would come between two changes of the endpoint.
    """
    if not serving:
        return
    _claim(endpoint, count, serving, ledger, now)

    def write(claims: Claims) -> None:
        bounds.set_bounds(_held(serving["target"], count, claims, now, out=out))

    with_claims(endpoint, write, ledger=ledger)


def hold_scaling(  # noqa: PLR0913 - both variants, and the ports
    rollout: Rollout,
    baseline: VariantState,
    canary: VariantState,
    *,
    ledger: ClaimingBook,
    bounds: Bounds,
    now: datetime,
) -> None:
    """Keep both variants at their counts, whatever the demand."""
    release = rollout.release
    serving = ledger.read_release(release.endpoint, release.made["replaced"]).scaling
    count = baseline.desired_count
    pin_scaling(release.endpoint, count, serving, ledger=ledger, bounds=bounds, now=now, out=True)
    if release.made.get("scaling"):
        target = release.scaling["target"]
        bounds.set_bounds(held(target, max(canary.desired_count, 1), out=True))


def watch_demand(  # noqa: PLR0913 - both variants, and the ports
    rollout: Rollout,
    baseline: VariantState,
    canary: VariantState,
    *,
    ledger: ClaimingBook,
    scaling: Scaling,
    now: datetime,
) -> None:
    """Let both variants grow with the demand; neither shrinks below what it has now."""
    release, ours = rollout.release, rollout.release.scaling
    serving = ledger.read_release(release.endpoint, release.made["replaced"]).scaling
    made = {**release.made, "scaling": str(ours["target"]["ResourceId"])}
    ledger.note_release(release.endpoint, release.release, {"made": made})
    if serving:
        _claim(release.endpoint, baseline.desired_count, serving, ledger, now)

    def write(claims: Claims) -> None:
        if serving:
            target = _held(serving["target"], baseline.desired_count, claims, now, out=False)
            scaling.register(target, serving["policy"])
        total = baseline.weight + canary.weight
        target = share_target(ours["target"], canary, total, claims, now)
        scaling.register(held(target, int(target["MinCapacity"]), out=False), ours["policy"])

    with_claims(release.endpoint, write, ledger=ledger)


def free_scaling(
    endpoint: str,
    requests: Mapping[str, Any],
    *,
    ledger: EndpointBook,
    scaling: Scaling,
    now: datetime,
) -> None:
    """Let a variant scale with the demand, within what others than the release claim.

    Parameters
    ----------
    requests : mapping
        How it scales: `target` and `policy`; empty if it does not.
    """
    if not requests:
        return

    def write(claims: Claims) -> None:
        target = claimed(requests["target"], drop(claims, RELEASE), now)
        scaling.register(free(target), requests["policy"])

    with_claims(endpoint, write, ledger=ledger)


def _claim(
    endpoint: str, count: int, serving: Mapping[str, Any], ledger: EndpointBook, now: datetime
) -> None:
    floor = live_floor(count, int(serving["target"]["MinCapacity"]))
    mine = Claim(RELEASE, floor, until="", since=now.isoformat())
    change_claims(endpoint, lambda claims: extend(claims, mine, now), ledger=ledger)


def _held(
    target: Mapping[str, Any], count: int, claims: Claims, now: datetime, *, out: bool
) -> dict[str, Any]:
    limited = claimed(target, claims, now)
    # A fleet that is larger than the spec allows stays too, until the release is over.
    return held(limited, live_floor(count, int(limited["MinCapacity"])), out=out)
