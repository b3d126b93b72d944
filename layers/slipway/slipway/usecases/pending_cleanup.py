"""A clean-up that did not come to its end: remembered, tried again, and told once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.naming import schedule_name
from slipway.ports import EndpointBook, ReleaseBook
from slipway.usecases.reference import machine_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from slipway.domain.release import ReleaseRecord
    from slipway.ports import Schedules
    from slipway.usecases.reference import ReleaseRef

PURPOSE = "clean"
# What is in the way may pass, such as missing capacity; each further try waits three times as long.
FIRST_TRY = timedelta(minutes=5)
GROWTH = 3
LONGEST_WAIT = timedelta(days=1)
# A week and more; after that a person or the next drop decides.
MOST_TRIES = 12


def is_pending(cleaned: Mapping[str, Any]) -> bool:
    """Tell whether something is left; also of a clean-up that was given up waiting for."""
    return cleaned.get("verdict") in {"pending", "waiting"}


def words_of(cleaned: Mapping[str, Any]) -> str:
    """Return what is left in words; empty if nothing is."""
    if not is_pending(cleaned):
        return ""
    left = ", ".join(map(str, cleaned.get("left", []))) or "unknown"
    return f" (cleanup pending: {left})"


def users_are_back(release: ReleaseRecord) -> bool:
    """Tell whether what served before has all of the traffic beside the version that goes."""
    made = release.made
    beside = made.get("endpoint") == "updated" and bool(made.get("canary_config"))
    return beside and (release.step < 0 or "shifted_back" in release.evidence)


def cleanup_of(release: ReleaseRecord, ref: ReleaseRef, reason: str) -> dict[str, Any]:
    """Return what the ledger keeps about a clean-up that has to be tried again."""
    before = release.cleanup or {}
    tries = int(before.get("tries", 0)) + 1
    told = bool(before.get("told"))
    return {"reason": reason, "tries": tries, "by": ref.execution, "told": told}


def remember(ref: ReleaseRef, ledger: EndpointBook, *, pending: bool) -> None:
    """Keep the release among those that whoever takes the lease clears away first, or forget it."""
    record = ledger.read_endpoint(ref.endpoint)
    others = tuple(release for release in record.abandoned if release != ref.release)
    left = (*others, ref.release) if pending else others
    if set(left) != set(record.abandoned):
        ledger.write_endpoint(replace(record, abandoned=left))


class CleanupBook(EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that say what is left."""


def clean_again(endpoint: str, *, ledger: CleanupBook, schedules: Schedules, now: datetime) -> None:
    """Have what an ended release left cleared away later, unless somebody has the lease.

    Whoever has it cleared away what could be when it took it, and comes here when it is done.
    """
    record = ledger.read_endpoint(endpoint)
    if record.lease:
        return
    for name in record.abandoned:
        release = ledger.read_release(endpoint, name)
        tries = int((release.cleanup or {}).get("tries", MOST_TRIES))
        if tries < MOST_TRIES:
            machine, payload = machine_of(release.execution), _payload(release)
            at = now + wait_after(tries)
            go_back_later(endpoint, machine, payload, schedules=schedules, at=at)
            return


def wait_after(tries: int) -> timedelta:
    """Return how long to wait once so many tries have failed."""
    wait: timedelta = FIRST_TRY * GROWTH ** (tries - 1)
    return min(wait, LONGEST_WAIT)


def count_dead_try(release: ReleaseRecord, execution: str, ledger: ReleaseBook) -> None:
    """Count a try whose execution ended before it could be recorded: the next one waits longer."""
    cleanup = release.cleanup
    if cleanup and release.execution == execution and cleanup.get("by") != execution:
        counted = {**cleanup, "tries": int(cleanup.get("tries", 0)) + 1, "by": execution}
        ledger.note_release(release.endpoint, release.release, {"cleanup": counted})


def go_back_later(
    endpoint: str, machine: str, payload: Mapping[str, Any], *, schedules: Schedules, at: datetime
) -> None:
    """Have an execution started that only goes back; an endpoint has one at a time to come."""
    schedules.once(schedule_name(endpoint, PURPOSE), machine, payload, at=at)


def _payload(release: ReleaseRecord) -> dict[str, Any]:
    return {
        "drop": release.drop.as_dict(),
        "previous": release.execution,
        "attempt": release.attempt + 1,
        "recover": f"Version {release.drop.version} is not cleared away yet",
    }
