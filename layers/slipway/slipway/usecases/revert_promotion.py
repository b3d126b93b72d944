"""Go back to the previous variant, which stands by."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from slipway.domain.settling import revert
from slipway.ports import Announcer, Clock, DropBook, EndpointBook, News, ReleaseBook
from slipway.usecases.rollout import FULL
from slipway.usecases.scaling_bounds import free_scaling
from slipway.usecases.schedule_settle import schedule_settle

if TYPE_CHECKING:
    from slipway.domain.lease import EndpointRecord
    from slipway.ports import Scaling, Schedules, TrafficControl
    from slipway.usecases.reference import ReleaseRef


# Before that the traffic has moved, and nobody looks at the variant that goes.
SETTLE_AFTER = timedelta(minutes=1)


class RevertingBook(DropBook, EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that a revert touches."""


@dataclass(frozen=True, slots=True)
class Reverted:
    """Whether the traffic is back.

    Parameters
    ----------
    release : str
        The release that serves now, and has to settle.
    """

    verdict: str
    release: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return plain values for the workflow."""
        return {"verdict": self.verdict, "release": self.release}


def revert_promotion(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    reason: str,
    *,
    ledger: RevertingBook,
    endpoints: TrafficControl,
    scaling: Scaling,
    schedules: Schedules,
    settle: str,
    announcer: Announcer,
    clock: Clock,
) -> Reverted:
    """Swap both sides in the ledger, then the weights; the rest is left to settling.

    What comes back scales with the demand again: a promotion ends that for what stands by. Where
    SageMaker refuses the weights, the revert is recorded nevertheless, for settling moves them.

    The ledger comes first: whoever settles now takes the bad variant away. No lease is needed,
    because nobody changes an endpoint that settles before writing that it is being settled, on
    the same item.

    Parameters
    ----------
    ref : ReleaseRef
        The promoted release.
    settle : str
        ARN of the workflow that takes the bad variant away; it also moves the traffic, should
        this here not come to it.

    Raises
    ------
    EndpointBusy
        If SageMaker changes the endpoint right now; the workflow tries again soon.
    """
    now = clock.now()
    record = ledger.read_endpoint(ref.endpoint)
    swapped = revert(record, ref.release, now=now.isoformat())
    if swapped:
        ledger.write_endpoint(swapped)
        record = swapped
    if record.live is None or not _reverts(record, ref):
        return Reverted("too-late")
    back = record.live.release
    at = now + SETTLE_AFTER
    requests = ledger.read_release(ref.endpoint, back).scaling
    # From the last to the first, each of them though another one fails.
    with ExitStack() as parts:
        parts.callback(schedule_settle, ref.endpoint, back, at, schedules=schedules, machine=settle)
        parts.callback(
            free_scaling, ref.endpoint, requests, ledger=ledger, scaling=scaling, now=now
        )
        parts.callback(_close, record, ref, reason, ledger, announcer, now.isoformat())
        _move(record, endpoints)
    return Reverted("reverted", back)


def _reverts(record: EndpointRecord, ref: ReleaseRef) -> bool:
    settling = record.settling
    return bool(settling and settling.reverted and settling.previous.release == ref.release)


def _move(record: EndpointRecord, endpoints: TrafficControl) -> None:
    if record.live and record.settling:
        weights = {record.live.variant: float(FULL), record.settling.previous.variant: 0.0}
        endpoints.set_weights(record.name, weights)


def _close(  # noqa: PLR0913, PLR0917 - what is written and where
    record: EndpointRecord,
    ref: ReleaseRef,
    reason: str,
    ledger: RevertingBook,
    announcer: Announcer,
    now: str,
) -> None:
    release = ledger.read_release(ref.endpoint, ref.release)
    if release.outcome == "rolled-back":
        return
    serving = record.live.drop.version if record.live else ""
    words = (
        f"Version {release.drop.version} was promoted and did not hold on {ref.endpoint}, which "
        f"serves version {serving} again: {reason}"
    )
    facts = {"outcome": "rolled-back", "reason": words, "ended": now}
    ledger.close_drop(release.drop, "rolled-back", words)
    announcer.announce(
        News(
            "Release Rolled Back",
            ref.endpoint,
            words,
            release=ref.release,
            version=release.drop.version,
            execution=ref.execution,
            facts={"outcome": "rolled-back"},
        )
    )
    # Last: a call that is repeated tells it rather twice than never.
    ledger.note_release(ref.endpoint, ref.release, facts)
