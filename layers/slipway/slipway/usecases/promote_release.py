"""Make the version that has all of the traffic the live one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.scaling import claimed, resource_id
from slipway.ports import (
    AlarmReader,
    Announcer,
    Clock,
    Condemnation,
    DropBook,
    Scaling,
    Schedules,
    Starter,
    TokenBin,
)
from slipway.usecases.apply_floor import with_claims
from slipway.usecases.condemn_ringing import condemn_ringing
from slipway.usecases.ending import End
from slipway.usecases.hand_over import Standby
from slipway.usecases.hold_lease import HeldBook, hold_lease
from slipway.usecases.record_release import record_release
from slipway.usecases.rollout import Rollout, raise_sentence
from slipway.usecases.scaling_bounds import free_scaling
from slipway.usecases.schedule_settle import schedule_settle

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.capacity.claims import Claims
    from slipway.usecases.ending import Recorded
    from slipway.usecases.reference import ReleaseRef
    from slipway.usecases.report_release import Reporter

DEFAULT_KEEP = 3600
SOON = timedelta(minutes=1)


class PromotingBook(HeldBook, Condemnation, DropBook, TokenBin, Protocol):
    """The parts of the ledger that a promotion touches."""


def promote_release(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    *,
    ledger: PromotingBook,
    alarms: AlarmReader,
    scaling: Scaling,
    starter: Starter,
    announcer: Announcer,
    schedules: Schedules,
    settle: str,
    clock: Clock,
    reporter: Reporter,
) -> Recorded:
    """Let the survivor scale freely, record the success, and pass the lease on.

    Before the outcome is written everything can still go back; after it nothing here may fail
    for good, so each part may be repeated. The previous variant's end is scheduled before the
    lease is passed on: a drop that waits settles first, and takes the schedule away.

    Parameters
    ----------
    settle : str
        ARN of the workflow that takes the previous variant away when it is due.

    Raises
    ------
    CanaryFailed, ReleaseAborted
        If the release was condemned in the last moment.
    """
    now = clock.now()
    rollout = Rollout.read(ref, ledger)
    if rollout.release.outcome != "succeeded":
        hold_lease(ref, ledger=ledger, now=now.isoformat())
        rollout.require_uncondemned()
        condemn_ringing(rollout, ledger=ledger, alarms=alarms, now=now.isoformat())
        _conclude(rollout, ledger)
    kept = int(rollout.release.policy.get("keep_previous_seconds", DEFAULT_KEEP))
    until = now + timedelta(seconds=kept)
    holder = ledger.read_endpoint(ref.endpoint).lease
    if holder and holder.owner == ref.execution:
        _move_scaling(rollout, ledger, scaling, now)
        # Scheduler takes no moment that has passed.
        at = max(until, now + SOON)
        schedule_settle(ref.endpoint, ref.release, at, schedules=schedules, machine=settle)
    recorded = record_release(
        ref,
        End("succeeded"),
        ledger=ledger,
        starter=starter,
        announcer=announcer,
        clock=clock,
        standby=Standby(until.isoformat(), rollout.config),
        reporter=reporter,
        schedules=schedules,
    )
    _follow_claims(rollout, ledger, scaling, now)
    return recorded


def _conclude(rollout: Rollout, ledger: PromotingBook) -> None:
    """Write the outcome, unless somebody condemns the release first."""
    release = rollout.release
    facts: dict[str, Any] = {
        "outcome": "succeeded",
        "steps_done": len(rollout.plan.steps),
    }
    if not ledger.conclude(release.endpoint, release.release, facts):
        found = ledger.read_release(release.endpoint, release.release)
        raise_sentence(found.condemned or {})


def _move_scaling(rollout: Rollout, ledger: PromotingBook, scaling: Scaling, now: datetime) -> None:
    """Let the new variant scale with the demand; the previous one stays at its count.

    What others than the release claim, such as a burst, moves to the new variant.
    """
    name = rollout.release.endpoint
    scaling.deregister(resource_id(name, rollout.baseline))
    free_scaling(name, rollout.release.scaling, ledger=ledger, scaling=scaling, now=now)


def _follow_claims(
    rollout: Rollout, ledger: PromotingBook, scaling: Scaling, now: datetime
) -> None:
    """Give the new variant what was claimed while the old one still counted as live."""
    release, ours = rollout.release, rollout.release.scaling
    record = ledger.read_endpoint(release.endpoint)
    if not record.claims or record.live is None or record.live.release != release.release:
        return

    def write(claims: Claims) -> None:
        scaling.register(claimed(ours["target"], claims, now), ours["policy"])

    with_claims(release.endpoint, write, ledger=ledger)
