"""Watch a step: from here on, alarms and the judge can end it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from slipway.domain.naming import schedule_name
from slipway.errors import EndpointBusy, HostingRefused
from slipway.ports import (
    AlarmReader,
    Announcer,
    BakeBook,
    Clock,
    Condemnation,
    EndpointReader,
    Scaling,
    Schedules,
)
from slipway.usecases.compensate_release import JUDGE
from slipway.usecases.condemn_ringing import condemn_ringing
from slipway.usecases.hold_lease import HeldBook, hold_lease
from slipway.usecases.rollout import (
    Rollout,
    has_share,
    raise_sentence,
    require_still,
)
from slipway.usecases.scaling_bounds import watch_demand
from slipway.usecases.step_reached import step_reached

if TYPE_CHECKING:
    from slipway.ports import VariantState
    from slipway.usecases.reference import ReleaseRef


# An endpoint in service may be described as it was a moment ago: other weights are believed later.
BELIEVED_AFTER = timedelta(seconds=30)


class BakingBook(HeldBook, BakeBook, Condemnation, Protocol):
    """The parts of the ledger that a bake touches."""


@dataclass(frozen=True, slots=True)
class Bake:
    """Which bake is armed.

    Parameters
    ----------
    step : int
        Index of the step.
    tries : int
        How often this step has been baked, this time included.
    judge : str
        ARN of the function that looks at it each minute.
    """

    step: int
    tries: int
    token: str
    judge: str


def arm_bake(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    bake: Bake,
    *,
    ledger: BakingBook,
    endpoints: EndpointReader,
    alarms: AlarmReader,
    scaling: Scaling,
    schedules: Schedules,
    announcer: Announcer,
    clock: Clock,
) -> None:
    """Store the bake's token, then look whether an alarm rang before there was one.

    The judge's schedule comes first: whatever happens after the token is stored can end the
    state, and nothing may be left to do then. The bake is over when the token times out.

    Raises
    ------
    CanaryFailed, ReleaseAborted
        If the release was condemned, or an alarm of the canary rings.
    EndpointBusy
        If the endpoint changes, or does not show the weights that were asked for yet; the workflow
        tries again.
    HostingRefused
        If it shows other weights for good.
    """
    now = clock.now()
    hold_lease(ref, ledger=ledger, now=now.isoformat())
    rollout = Rollout.read(ref, ledger)
    rollout.require_uncondemned()
    state = endpoints.describe(ref.endpoint)
    fleet = rollout.fleet(state)
    require_still(ref.endpoint, state)
    _require_share(rollout, bake, fleet, ledger, now)
    watch_demand(rollout, *fleet, ledger=ledger, scaling=scaling, now=now)
    ends = now + timedelta(seconds=rollout.step(bake.step).bake_seconds)
    _schedule(ref, bake, schedules, ends)
    if bake.tries == 1:
        _note_start(rollout, bake, ledger, now)
        announcer.announce(step_reached(rollout, bake.step, execution=ref.execution))
    armed = {
        "token": bake.token,
        "armed_at": now.isoformat(),
        "ends_at": ends.isoformat(),
        "step": bake.step,
        "tries": bake.tries,
    }
    if not ledger.arm_bake(ref.endpoint, ref.release, armed):
        raise_sentence(ledger.read_release(ref.endpoint, ref.release).condemned or {})
    condemn_ringing(rollout, ledger=ledger, alarms=alarms, now=now.isoformat())


def _require_share(
    rollout: Rollout,
    bake: Bake,
    fleet: tuple[VariantState, VariantState],
    ledger: BakingBook,
    now: datetime,
) -> None:
    weight = rollout.step(bake.step).weight
    if has_share(*fleet, weight):
        return
    words = (
        f"The new version should get {weight} % of the traffic; the weights are "
        f"{fleet[0].weight:g} for what serves and {fleet[1].weight:g} for it"
    )
    if now - _doubted_since(rollout, bake, ledger, now) < BELIEVED_AFTER:
        raise EndpointBusy(words)
    raise HostingRefused(words)


def _doubted_since(rollout: Rollout, bake: Bake, ledger: BakingBook, now: datetime) -> datetime:
    """Return when other weights were seen first before this bake, which the ledger keeps."""
    release, which = rollout.release, {"step": bake.step, "tries": bake.tries}
    doubted = release.evidence.get("doubted", {})
    if {name: doubted.get(name) for name in which} == which:
        return datetime.fromisoformat(doubted["at"])
    evidence = {**release.evidence, "doubted": {**which, "at": now.isoformat()}}
    ledger.note_release(release.endpoint, release.release, {"evidence": evidence})
    return now


def _schedule(ref: ReleaseRef, bake: Bake, schedules: Schedules, ends: datetime) -> None:
    payload = {"endpoint": ref.endpoint, "release": ref.release}
    schedules.every_minute(schedule_name(ref.endpoint, JUDGE), bake.judge, payload, until=ends)


def _note_start(rollout: Rollout, bake: Bake, ledger: BakingBook, now: datetime) -> None:
    release = rollout.release
    steps = [dict(each) for each in release.evidence.get("steps", [])]
    steps[bake.step].setdefault("started", now.isoformat())
    evidence = {"evidence": {**release.evidence, "steps": steps}}
    ledger.note_release(release.endpoint, release.release, evidence)
