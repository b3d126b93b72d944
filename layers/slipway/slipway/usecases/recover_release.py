"""An execution ended without finishing: finish or undo what it had begun."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Literal, Protocol

from slipway.domain.release import FINAL
from slipway.errors import ReleaseUnknown
from slipway.ports import (
    Announcer,
    Clock,
    DropBook,
    Endings,
    EndpointBook,
    Executions,
    ReleaseBook,
    Starter,
    TokenBin,
)
from slipway.usecases.ending import End
from slipway.usecases.hand_over import Standby, hand_over
from slipway.usecases.left_lease import drop_given, handed_on, left_lease
from slipway.usecases.pending_cleanup import clean_again, count_dead_try
from slipway.usecases.reconcile_on import reconcile_on
from slipway.usecases.record_release import record_release
from slipway.usecases.reference import ReleaseRef, machine_of
from slipway.usecases.rest_on import rest_on
from slipway.usecases.schedule_settle import settle_again
from slipway.usecases.undo_release import Undoing

if TYPE_CHECKING:
    from slipway.domain.ended import Ended
    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import Schedules

DEFAULT_KEEP = 3600


class RecoveryBook(DropBook, EndpointBook, ReleaseBook, TokenBin, Protocol):
    """The parts of the ledger that a recovery touches."""


class Workflows(Executions, Endings, Starter, Protocol):
    """Executions, looked at and started."""


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was done."""

    verdict: Literal[
        "nothing",
        "passed-on",
        "finished",
        "going-back",
        "beginning",
        "later",
        "given-up",
        "closed",
    ]
    endpoint: str = ""
    release: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return plain values."""
        return asdict(self)


class Recoverer:
    """Finishes or undoes what a dead execution held.

    Parameters
    ----------
    settle, rest, reconcile : str
        ARNs of the workflows that settle, that rest and that apply settings.
    """

    def __init__(  # noqa: PLR0913 - the ports
        self,
        settle: str,
        rest: str,
        reconcile: str,
        *,
        ledger: RecoveryBook,
        workflows: Workflows,
        schedules: Schedules,
        announcer: Announcer,
        clock: Clock,
    ) -> None:
        self.settle = settle
        self.rest = rest
        self.reconcile = reconcile
        self.ledger = ledger
        self.workflows = workflows
        self.schedules = schedules
        self.announcer = announcer
        self.clock = clock

    def recover(self, ended: Ended) -> Recovery:
        """Pass on, finish or undo.

        Most executions that fail have recorded their failure and given the lease back. One that
        was redriven since then runs again, and is left alone. May be repeated: what is started
        is named.
        """
        if self.workflows.runs(ended.execution):
            return Recovery("nothing")
        recovery = self._recover_held(ended)
        # Only once the lease is free.
        reconcile_on(ended.execution, ended.given, starter=self.workflows, machine=self.reconcile)
        return recovery

    def _recover_held(self, ended: Ended) -> Recovery:
        record = left_lease(
            ended, ledger=self.ledger, executions=self.workflows, now=self.clock.now()
        )
        if record is None or record.lease is None:
            handed = handed_on(ended, ledger=self.ledger)
            return self._hand_over_again(ended, handed) if handed else self._close(ended)
        owner = record.lease.owner
        ref = ReleaseRef(owner, machine_of(owner), record.name, record.lease.release)
        # The event says how it ended, not why.
        ended = replace(ended, words=self.workflows.ending(ended.execution))
        recovery = self._recover(ref, record, ended)
        rest_on(
            record,
            ended.execution,
            starter=self.workflows,
            schedules=self.schedules,
            machine=self.rest,
            now=self.clock.now(),
        )
        if record.settling:
            settle_again(
                record.name,
                ledger=self.ledger,
                schedules=self.schedules,
                machine=self.settle,
                now=self.clock.now(),
            )
        now = self.clock.now()
        clean_again(record.name, ledger=self.ledger, schedules=self.schedules, now=now)
        return recovery

    def _hand_over_again(self, ended: Ended, record: EndpointRecord) -> Recovery:
        """Start the drop that the lease was handed to, if that was all that was left to do."""
        return self._pass_on(
            ReleaseRef(ended.execution, machine_of(ended.execution), record.name, release=""),
            record,
        )

    def _recover(self, ref: ReleaseRef, record: EndpointRecord, ended: Ended) -> Recovery:
        try:
            release = self.ledger.read_release(ref.endpoint, ref.release)
        except ReleaseUnknown:
            return self._pass_on(ref, record)
        if release.outcome == "succeeded" and not _recorded(release, record):
            return self._finish(ref, release)
        if release.outcome in FINAL:
            count_dead_try(release, ended.execution, self.ledger)
            return self._pass_on(ref, record)
        if _serves(release):
            return self._finish(ref, release)
        return self._undo(ref, release, ended)

    def _pass_on(self, ref: ReleaseRef, record: EndpointRecord) -> Recovery:
        """Let the drop that waits run; the release had come to its end, or did nothing."""
        parked = record.parked
        machine = machine_of(parked.execution) if parked else ref.machine
        hand_over(
            replace(ref, machine=machine),
            None,
            ledger=self.ledger,
            starter=self.workflows,
            announcer=self.announcer,
            now=self.clock.now().isoformat(),
        )
        return Recovery("passed-on", ref.endpoint, ref.release)

    def _finish(self, ref: ReleaseRef, release: ReleaseRecord) -> Recovery:
        """Record the success that the execution could not write."""
        record_release(
            ref,
            End("succeeded"),
            ledger=self.ledger,
            starter=self.workflows,
            announcer=self.announcer,
            clock=self.clock,
            standby=self._standby(release),
        )
        settle_again(
            ref.endpoint,
            ledger=self.ledger,
            schedules=self.schedules,
            machine=self.settle,
            now=self.clock.now(),
        )
        return Recovery("finished", ref.endpoint, ref.release)

    def _standby(self, release: ReleaseRecord) -> Standby | None:
        both = str(release.made.get("canary_config", ""))
        kept = int(release.policy.get("keep_previous_seconds", DEFAULT_KEEP))
        until = self.clock.now() + timedelta(seconds=kept)
        return Standby(until.isoformat(), both) if both else None

    def _undo(self, ref: ReleaseRef, release: ReleaseRecord, ended: Ended) -> Recovery:
        """Have an execution take the lease over, and go back or begin as the dead one would."""
        undoing = Undoing(
            self.ledger, self.workflows, self.schedules, self.announcer, self.clock.now()
        )
        return Recovery(undoing.undo(ref, release, ended), ref.endpoint, ref.release)

    def _close(self, ended: Ended) -> Recovery:
        """Record the failure of a release that never got as far as the lease."""
        release = self._claimed_by(ended)
        if release is None:
            return Recovery("nothing")
        ref = ReleaseRef(
            ended.execution, machine_of(ended.execution), release.endpoint, release.release
        )
        record_release(
            ref,
            End("failed", {"Error": ended.status, "Cause": ended.reason}),
            ledger=self.ledger,
            starter=self.workflows,
            announcer=self.announcer,
            clock=self.clock,
        )
        return Recovery("closed", ref.endpoint, ref.release)

    def _claimed_by(self, ended: Ended) -> ReleaseRecord | None:
        drop = drop_given(ended)
        if drop is None:
            return None
        try:
            release = self.ledger.read_release(drop.endpoint, drop.release)
        except ReleaseUnknown:
            return None
        mine = release.execution == ended.execution and release.outcome == "running"
        return release if mine else None


def _recorded(release: ReleaseRecord, record: EndpointRecord) -> bool:
    """Tell whether the endpoint's item knows the success; a revert has another one live."""
    settling = record.settling
    beside = settling.previous.release if settling else ""
    live = record.live.release if record.live else ""
    return release.release in {live, beside}


def _serves(release: ReleaseRecord) -> bool:
    """Tell whether a whole fleet was verified, tested and guarded: only its record is missing."""
    whole = release.plan.get("strategy", "first") in {"first", "replace"}
    return whole and bool(release.made.get("dashboard")) and not release.condemned
