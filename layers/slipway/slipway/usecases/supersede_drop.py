"""Record that a drop will never be released."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slipway.ports import Announcer, DropBook, News, ReleaseBook

if TYPE_CHECKING:
    from slipway.domain.release import Drop
    from slipway.usecases.reference import ReleaseRef


class SupersedingBook(DropBook, ReleaseBook, Protocol):
    """The parts of the ledger that a superseded drop is written to."""


def supersede_drop(
    drop: Drop, ref: ReleaseRef, *, ledger: SupersedingBook, announcer: Announcer, now: str
) -> None:
    """Close a drop because a newer one came first, and say so."""
    reason = f"Version {drop.version} was not released: a newer drop for {drop.endpoint} came first"
    facts = {"outcome": "superseded", "reason": reason, "ended": now}
    ledger.note_release(drop.endpoint, drop.release, facts)
    ledger.close_drop(drop, "superseded", reason)
    announcer.announce(
        News(
            "Release Superseded",
            drop.endpoint,
            reason,
            release=drop.release,
            version=drop.version,
            execution=ref.execution,
        )
    )
