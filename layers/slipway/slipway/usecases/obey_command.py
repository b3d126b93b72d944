"""Do what a person commands, or say clearly why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slipway.domain.release import COMMANDED, Sentence
from slipway.errors import CommandRefused, ReleaseUnknown
from slipway.ports import (
    Announcer,
    Clock,
    CommandBook,
    Condemnation,
    DropBook,
    EndpointBook,
    Failer,
    GateBook,
    News,
    ReleaseBook,
    Starter,
    Waker,
)
from slipway.usecases.fail_waits import WaitBook, fail_waits
from slipway.usecases.go_back import GoingBack, Machines

if TYPE_CHECKING:
    from slipway.domain.command import Command
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import Scaling, Schedules, TrafficControl


class CommandedBook(
    Condemnation, GateBook, CommandBook, DropBook, EndpointBook, ReleaseBook, WaitBook, Protocol
):
    """The parts of the ledger that commands touch."""


class Tasks(Failer, Waker, Starter, Protocol):
    """Waiting tasks, and new executions."""


def obey_command(  # noqa: PLR0913 - the ports
    command: Command,
    machines: Machines,
    *,
    ledger: CommandedBook,
    tasks: Tasks,
    schedules: Schedules,
    endpoints: TrafficControl,
    scaling: Scaling,
    announcer: Announcer,
    clock: Clock,
) -> dict[str, str]:
    """Obey, and keep who commanded what, with the answer, in the history of the release.

    A command that cannot be obeyed changes nothing and is answered by a notification.
    """
    release = _read(command, ledger)
    before = [each for each in release.commands if each.get("id") == command.id] if release else []
    if before:
        return {"answer": str(before[0]["answer"])}
    now = clock.now().isoformat()
    going_back = GoingBack(
        machines,
        ledger=ledger,
        starter=tasks,
        schedules=schedules,
        endpoints=endpoints,
        scaling=scaling,
        announcer=announcer,
        clock=clock,
    )
    try:
        answer = _Operator(command, release, ledger, tasks, going_back).obey(now)
    except CommandRefused as refusal:
        answer = f"Refused: {refusal}"
        announcer.announce(_refusal(command, release, answer))
    if release:
        ledger.record_command(release.endpoint, release.release, command.entry(answer, now))
    return {"answer": answer}


def _read(command: Command, ledger: ReleaseBook) -> ReleaseRecord | None:
    try:
        return ledger.read_release(command.endpoint, command.release)
    except ReleaseUnknown:
        return None


class _Operator:
    def __init__(
        self,
        command: Command,
        release: ReleaseRecord | None,
        ledger: CommandedBook,
        tasks: Tasks,
        going_back: GoingBack,
    ) -> None:
        self.command = command
        self.release = release
        self.ledger = ledger
        self.tasks = tasks
        self.going_back = going_back

    def obey(self, now: str) -> str:
        command = self.command
        if not command.by:
            raise CommandRefused("the command does not say `by` whom")
        if self.release is None:
            raise CommandRefused(
                f"endpoint {command.endpoint or '(none)'} has no release "
                f"{command.release or '(none)'}"
            )
        if command.name == "rollback":
            return self.going_back.to(command)
        if command.name not in _COMMANDS:
            known = ", ".join([*_COMMANDS, "rollback"])
            raise CommandRefused(f"there is no command {command.name or '(none)'}; known: {known}")
        return _COMMANDS[command.name](self, self._running(), now)

    def _running(self) -> ReleaseRecord:
        release = self.release
        if release is None or release.outcome != "running":
            state = release.outcome if release else "unknown"
            raise CommandRefused(f"release {self.command.release} does not run, it is {state}")
        return release

    def go_on(self, release: ReleaseRecord, _now: str) -> str:
        """Take a pause back first, then look for who waits: a wait is stored before it looks."""
        if release.paused:
            facts = {"paused": False}
            self.ledger.note_release(release.endpoint, release.release, facts)
        gate = self.ledger.read_release(release.endpoint, release.release).gate
        if gate:
            waited = self.tasks.wake(gate["token"])
            self.ledger.close_gate(release.endpoint, release.release, gate["token"])
            if waited:
                return f"Release {release.release} goes on"
        if release.paused:
            return f"Release {release.release} will not wait before its next step"
        raise CommandRefused(f"release {release.release} does not wait for anybody")

    def pause(self, release: ReleaseRecord, _now: str) -> str:
        # One that is not planned yet may turn out to have no steps: then there is nothing to hold.
        strategy = release.plan.get("strategy")
        if strategy in {"first", "managed", "replace"}:
            raise CommandRefused(
                f"a release by the strategy `{strategy}` has no step to wait before"
            )
        facts = {"paused": True}
        if not self.ledger.conclude(release.endpoint, release.release, facts):
            raise CommandRefused(f"release {release.release} goes back already")
        return f"Release {release.release} waits before its next step; a bake goes on"

    def abort(self, release: ReleaseRecord, now: str) -> str:
        words = f"aborted by {self.command.words}"
        sentence = Sentence(words, self.command.by, now, error=COMMANDED)
        found = self.ledger.condemn(release.endpoint, release.release, sentence)
        if found.condemned is None:
            raise CommandRefused(f"release {release.release} has ended meanwhile")
        if found.condemned["reason"] != words:
            raise CommandRefused(
                f"release {release.release} goes back already: {found.condemned['reason']}"
            )
        fail_waits(found, ledger=self.ledger, failer=self.tasks)
        return f"Release {release.release} goes back"


_COMMANDS = {
    "approve": _Operator.go_on,
    "resume": _Operator.go_on,
    "pause": _Operator.pause,
    "abort": _Operator.abort,
}


def _refusal(command: Command, release: ReleaseRecord | None, answer: str) -> News:
    return News(
        "Release Command Refused",
        command.endpoint,
        f"{command.name or 'A command'} of {command.by or 'somebody'}: {answer}",
        release=command.release if release else "",
        version=release.drop.version if release else "",
        facts={"command": command.name, "by": command.by},
    )
