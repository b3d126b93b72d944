"""Record and tell what became of settings, and pass the lease on."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.release import words_of_failure
from slipway.errors import ReleaseUnknown
from slipway.ports import DropBook, EndpointBook, ReleaseBook, SettingsBook, TokenBin
from slipway.usecases.hand_over import hand_over
from slipway.usecases.reference import machine_of
from slipway.usecases.tell_settings import tell_applied, tell_refused

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.release import ReleaseRecord
    from slipway.ports import Announcer, Clock, Starter
    from slipway.usecases.reference import ReleaseRef
    from slipway.usecases.settings_key import SettingsKey


class ReconciledBook(DropBook, EndpointBook, ReleaseBook, SettingsBook, TokenBin, Protocol):
    """The parts of the ledger that the end of the workflow writes."""


@dataclass(frozen=True, slots=True)
class ReconcileEnd:
    """How the workflow came to its end.

    Parameters
    ----------
    changes : sequence of str
        What the settings changed.
    repaired : sequence of str
        What was found otherwise than the settings say.
    failure : mapping
        Error and Cause of what failed; empty if nothing did.
    """

    key: SettingsKey | None
    version: str
    changes: tuple[str, ...] = ()
    repaired: tuple[str, ...] = ()
    failure: Mapping[str, Any] = field(default_factory=dict)


def record_reconciled(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    end: ReconcileEnd,
    *,
    ledger: ReconciledBook,
    starter: Starter,
    announcer: Announcer,
    clock: Clock,
) -> dict[str, str]:
    """Tell it while the lease is held, so that a repeated call loses no news; then pass it on."""
    record = ledger.read_endpoint(ref.endpoint)
    held = record.lease is not None and record.lease.owner == ref.execution
    release = _release(ref, ledger)
    reason = _words(ref, end)
    if end.failure:
        tell_refused(ref.endpoint, ref.execution, reason, [], release, announcer)
    elif held and release and (end.changes or end.repaired):
        told = {"spec_version": end.version}
        tell_applied(release, ref.execution, reason, end.changes, end.repaired, announcer, **told)
    if end.key:
        outcome = "failed" if end.failure else "applied"
        ledger.close_settings(end.key.place, end.key.version, outcome, reason)
    handed = ""
    # Others that work on what serves have tokens under its name.
    if held or (record.lease and record.lease.handed_by == ref.execution):
        owner = replace(ref, machine=machine_of(record.parked.execution)) if record.parked else ref
        now = clock.now().isoformat()
        handed = hand_over(
            owner, None, ledger=ledger, starter=starter, announcer=announcer, now=now
        )
    return {"reason": reason, "handed_to": handed}


def _release(ref: ReleaseRef, ledger: ReleaseBook) -> ReleaseRecord | None:
    try:
        return ledger.read_release(ref.endpoint, ref.release)
    except ReleaseUnknown:
        return None


def _words(ref: ReleaseRef, end: ReconcileEnd) -> str:
    if end.failure:
        return (
            f"The settings of {ref.endpoint} could not be applied: "
            f"{words_of_failure(end.failure)}. The next look at the endpoint tries again"
        )
    if end.repaired:
        return f"{ref.endpoint} was not as its settings say, and is again: " + "; ".join(
            end.repaired
        )
    if end.changes:
        return f"The settings of {ref.endpoint} were applied: {'; '.join(end.changes)}"
    return f"The settings of {ref.endpoint} change nothing that serves"
