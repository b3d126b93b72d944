"""Record how a release ended, tell it, and pass the lease on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.naming import schedule_name
from slipway.domain.release import LiveRelease, ReleaseRecord
from slipway.errors import LeaseLost
from slipway.ports import (
    Announcer,
    Clock,
    DropBook,
    EndpointBook,
    News,
    ReleaseBook,
    Starter,
    TokenBin,
)
from slipway.usecases.ending import End, Recorded, decide
from slipway.usecases.hand_over import Standby, hand_over
from slipway.usecases.pending_cleanup import (
    PURPOSE,
    clean_again,
    cleanup_of,
    is_pending,
    remember,
    words_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.ports import Schedules
    from slipway.usecases.reference import ReleaseRef
    from slipway.usecases.report_release import Reporter

NEWS = {
    "succeeded": "Release Succeeded",
    "rolled-back": "Release Rolled Back",
    "failed": "Release Failed",
}


class RecordBook(DropBook, EndpointBook, ReleaseBook, TokenBin, Protocol):
    """The parts of the ledger that the end of a release writes."""


def record_release(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    end: End,
    *,
    ledger: RecordBook,
    starter: Starter,
    announcer: Announcer,
    clock: Clock,
    standby: Standby | None = None,
    reporter: Reporter | None = None,
    schedules: Schedules | None = None,
) -> Recorded:
    """Write the terminal record, announce it, and release the lease or hand it over.

    Every step may be repeated: a lost reply makes the workflow call again. What is left of the
    release is cleared away by whoever takes the lease next, or later; the outcome stays then.

    Raises
    ------
    LeaseLost
        If another execution works on the release by now: how it ends is not this one's to say.
    """
    now = clock.now().isoformat()
    release = ledger.read_release(ref.endpoint, ref.release)
    _require_own(release, ref, ledger)
    decided = decide(end, release)
    recorded = replace(decided, reason=decided.reason + words_of(end.cleaned))
    cleanup = cleanup_of(release, ref, decided.reason) if is_pending(end.cleaned) else None
    _write(release, recorded, cleanup, ledger, now)
    remember(ref, ledger, pending=cleanup is not None)
    # The live release is known before the lease is free: the next drop is compared with it.
    live = LiveRelease.of(release) if end.ending == "succeeded" else None
    handed = ""
    if end.ending != "abandoned":
        handed = hand_over(
            ref,
            live,
            ledger=ledger,
            starter=starter,
            announcer=announcer,
            now=now,
            standby=standby,
        )
    report = reporter.publish(ref.endpoint, ref.release) if reporter else release.report
    if not (release.cleanup or {}).get("told"):
        announcer.announce(replace(_news(release, recorded, ref), report=report))
    if cleanup:
        facts = {"cleanup": {**cleanup, "told": True}}
        ledger.note_release(ref.endpoint, ref.release, facts)
    if schedules:
        _schedule(release, ledger, schedules, clock)
    return replace(recorded, handed_to=handed)


def _schedule(
    release: ReleaseRecord, ledger: RecordBook, schedules: Schedules, clock: Clock
) -> None:
    """Have a clean-up tried again; what was to come of the release itself is over."""
    if release.cleanup or (release.recovery or {}).get("at"):
        schedules.remove(schedule_name(release.endpoint, PURPOSE))
    clean_again(release.endpoint, ledger=ledger, schedules=schedules, now=clock.now())


def _require_own(release: ReleaseRecord, ref: ReleaseRef, ledger: EndpointBook) -> None:
    """Demand that it is this execution's release, or an abandoned one that it cleared away."""
    lease = ledger.read_endpoint(ref.endpoint).lease
    if release.execution != ref.execution and (lease is None or lease.owner != ref.execution):
        raise LeaseLost(f"{release.execution} works on release {ref.release} by now")


def _news(release: ReleaseRecord, recorded: Recorded, ref: ReleaseRef) -> News:
    return News(
        NEWS[recorded.outcome],
        release.endpoint,
        recorded.reason,
        release=release.release,
        version=release.drop.version,
        execution=ref.execution,
        facts={"outcome": recorded.outcome, **_evidence(release)},
    )


def _evidence(release: ReleaseRecord) -> dict[str, Any]:
    """Return how far the version came with users, and what the judge found last."""
    steps, before = release.evidence.get("steps", []), release.evidence.get("before_users", {})
    if not steps and not before:
        return {}
    sentence = (release.condemned or {}).get("evidence", {})
    judgements = [step["judgements"] for step in steps if step.get("judgements")]
    last = judgements[-1] if judgements else before.get("judgements", [])
    return {
        "weight": max([step["weight"] for step in steps if step.get("started")], default=0),
        "judgements": [sentence] if "verdict" in sentence else list(last),
    }


def _write(
    release: ReleaseRecord,
    recorded: Recorded,
    cleanup: Mapping[str, Any] | None,
    ledger: RecordBook,
    now: str,
) -> None:
    # Whoever still holds a token of it must not find one that nobody waits with.
    waits = {"bake": None, "gate": None, "cleanup": cleanup}
    ended = {"ended": release.ended or now}
    facts = {"outcome": recorded.outcome, "reason": recorded.reason, **ended, **waits}
    ledger.note_release(release.endpoint, release.release, facts)
    ledger.close_drop(release.drop, recorded.outcome, recorded.reason)
