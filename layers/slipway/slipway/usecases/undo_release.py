"""A release whose execution died goes back in another one: at once, then after longer and longer.

Most of what ends an execution is over with it. What lasts, such as a function that dies each time,
would start one execution after the other for ever.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from slipway.ports import News
from slipway.usecases.pending_cleanup import MOST_TRIES, go_back_later, wait_after

if TYPE_CHECKING:
    from slipway.domain.ended import Ended
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import Announcer, ReleaseBook, Schedules, Starter
    from slipway.usecases.reference import ReleaseRef


@dataclass(frozen=True, slots=True)
class Undoing:
    """Has releases undone that their executions left.

    Parameters
    ----------
    now : datetime
        When an execution was found dead.
    """

    ledger: ReleaseBook
    starter: Starter
    schedules: Schedules
    announcer: Announcer
    now: datetime

    def undo(
        self, ref: ReleaseRef, release: ReleaseRecord, ended: Ended
    ) -> Literal["going-back", "later", "given-up"]:
        """Have an execution take the lease over and go back, unless too many tried. Repeatable."""
        recovery = self._count(release, ended)
        self.ledger.note_release(ref.endpoint, ref.release, {"recovery": recovery})
        if recovery["tries"] > MOST_TRIES:
            self._give_up(ref, release, ended, recovery)
            return "given-up"
        attempt = release.attempt + 1
        payload = {
            "drop": release.drop.as_dict(),
            "previous": ended.execution,
            "attempt": attempt,
            "recover": ended.reason,
        }
        if recovery["at"]:
            at = datetime.fromisoformat(recovery["at"])
            go_back_later(ref.endpoint, ref.machine, payload, schedules=self.schedules, at=at)
            return "later"
        self.starter.start(ref.machine, f"{release.drop.digest}-{attempt}", payload)
        return "going-back"

    def _count(self, release: ReleaseRecord, ended: Ended) -> dict[str, Any]:
        """Return what the ledger keeps; who looks at the same execution twice counts it once."""
        before = dict(release.recovery or {})
        known = before.get("by") == ended.execution
        if known and (before["told"] or not before["at"] or before["at"] > self.now.isoformat()):
            return before
        tries = int(before.get("tries", 0)) + (not known)
        later = 1 < tries <= MOST_TRIES
        at = (self.now + wait_after(tries - 1)).isoformat() if later else ""
        return {"tries": tries, "by": ended.execution, "at": at, "told": False}

    def _give_up(
        self, ref: ReleaseRef, release: ReleaseRecord, ended: Ended, recovery: dict[str, Any]
    ) -> None:
        if recovery["told"]:
            return
        words = (
            f"Release of version {release.drop.version} could not be undone on {ref.endpoint}: "
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
