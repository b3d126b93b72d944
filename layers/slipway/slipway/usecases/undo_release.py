"""A release whose execution died goes back in another one: at once, then after longer and longer.

One that had only waited, and died before it began, has nothing to go back from: it begins anew.

Most of what ends an execution is over with it. What lasts, such as a function that dies each time,
would start one execution after the other for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

from slipway.ports import DropBook, Executions, News, ReleaseBook, Starter
from slipway.usecases.pending_cleanup import MOST_TRIES, go_back_later, wait_after

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.ended import Ended
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import Announcer, Schedules
    from slipway.usecases.reference import ReleaseRef


class UndoingBook(DropBook, ReleaseBook, Protocol):
    """The parts of the ledger that say who works on a release."""


class Followers(Executions, Starter, Protocol):
    """Executions, looked at and started."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """Has releases undone that their executions left, or begun if they only waited.

    Parameters
    ----------
    now : datetime
        When an execution was found dead.
    """

    ledger: UndoingBook
    workflows: Followers
    schedules: Schedules
    announcer: Announcer
    now: datetime

    def undo(
        self, ref: ReleaseRef, release: ReleaseRecord, ended: Ended
    ) -> Literal["nothing", "going-back", "beginning", "later", "given-up"]:
        """Have an execution take the lease over, unless one does or too many tried. Repeatable."""
        owner = self.ledger.owner_of(release.drop)
        if owner and self.workflows.runs(owner):
            return "nothing"
        recovery = self._count(ref, release, ended)
        self.ledger.note_release(ref.endpoint, ref.release, {"recovery": recovery})
        if recovery["tries"] > MOST_TRIES:
            self._give_up(ref, release, ended, recovery)
            return "given-up"
        # Whoever died may have claimed the drop or not: only its owner can pass it on.
        payload = _payload(release, owner, ended, recovery["tries"])
        if recovery["at"]:
            at = datetime.fromisoformat(recovery["at"])
            go_back_later(ref.endpoint, ref.machine, payload, schedules=self.schedules, at=at)
            return "later"
        self.workflows.start(ref.machine, _name(release, recovery["tries"]), payload)
        return "beginning" if release.waits else "going-back"

    def _count(self, ref: ReleaseRef, release: ReleaseRecord, ended: Ended) -> dict[str, Any]:
        """Return what the ledger keeps; who looks at the same execution twice counts it once."""
        before = dict(release.recovery or {})
        known = before.get("by") == ended.execution
        if (known and before["told"]) or self._is_due_later(before):
            return before
        if known and not before["at"] and not self._followed(ref, release):
            return before
        again = known and bool(before["at"])
        tries = release.tries + (not again)
        later = 1 < tries <= MOST_TRIES
        # Scheduler knows no parts of a second: it would seem to have come too early.
        at = (self.now + wait_after(tries - 1)).isoformat(timespec="seconds") if later else ""
        return {"tries": tries, "by": ended.execution, "at": at, "told": False}

    def _is_due_later(self, before: Mapping[str, Any]) -> bool:
        """Tell whether one is to follow already; who asks meanwhile puts nothing off."""
        return bool(before.get("at")) and datetime.fromisoformat(before["at"]) > self.now

    def _followed(self, ref: ReleaseRef, release: ReleaseRecord) -> bool:
        """Tell whether the one that followed at once is over as well: its name is taken."""
        executions = ref.machine.replace(":stateMachine:", ":execution:")
        return self.workflows.runs(f"{executions}:{_name(release, release.tries)}") is False

    def _give_up(
        self, ref: ReleaseRef, release: ReleaseRecord, ended: Ended, recovery: dict[str, Any]
    ) -> None:
        if recovery["told"]:
            return
        done = "begun" if release.waits else "undone"
        words = (
            f"Release of version {release.drop.version} could not be {done} on {ref.endpoint}: "
            f"{recovery['tries']} executions ended before they had. {ended.reason}. "
            "None follows by itself. Put right what ends them, then `slipway redrive` it, or drop "
            "a model"
        )
        news = News(
            "Release Stuck",
            ref.endpoint,
            words,
            release=ref.release,
            version=release.drop.version,
            execution=ended.execution,
        )
        self.announcer.announce(news)
        facts = {"reason": words, "recovery": {**recovery, "told": True}}
        self.ledger.note_release(ref.endpoint, ref.release, facts)


def _payload(release: ReleaseRecord, owner: str, ended: Ended, tries: int) -> dict[str, Any]:
    """Return the input of the execution that follows; one that only waited has nothing to undo."""
    attempt = release.attempt_of(tries)
    payload = {"drop": release.drop.as_dict(), "previous": owner, "attempt": attempt}
    return payload if release.waits else {**payload, "recover": ended.reason}


def _name(release: ReleaseRecord, tries: int) -> str:
    return f"{release.drop.digest}-{release.attempt_of(tries)}"
