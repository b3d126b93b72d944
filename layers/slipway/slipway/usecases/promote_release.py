"""Make the version that has all of the traffic the live one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.scaling import free, resource_id
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
from slipway.usecases.condemn_ringing import condemn_ringing
from slipway.usecases.ending import End
from slipway.usecases.hand_over import Standby
from slipway.usecases.hold_lease import HeldBook, hold_lease
from slipway.usecases.record_release import record_release
from slipway.usecases.rollout import Rollout, raise_sentence
from slipway.usecases.schedule_settle import schedule_settle

if TYPE_CHECKING:
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
        _move_scaling(rollout, scaling)
        # Scheduler takes no moment that has passed.
        at = max(until, now + SOON)
        schedule_settle(ref.endpoint, ref.release, at, schedules=schedules, machine=settle)
    return record_release(
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


def _move_scaling(rollout: Rollout, scaling: Scaling) -> None:
    """Let the new variant scale with the demand; the previous one stays at its count."""
    ours = rollout.release.scaling
    scaling.deregister(resource_id(rollout.release.endpoint, rollout.baseline))
    scaling.register(free(ours["target"]), ours["policy"])
