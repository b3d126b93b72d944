"""Injected mishaps of functions: invocations that die, or run out of time."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from sandbox.functions.process import Outcome, exit_status
from sandbox.injecting import Injections

if TYPE_CHECKING:
    from sandbox.functions.process import Environment

MishapKind = Literal["dies first", "dies half-way", "dies unanswered", "times out"]

_KILLED = exit_status(-signal.SIGKILL)


@dataclass
class Mishap:
    """What happens to an invocation.

    Attributes
    ----------
    function
        Hits only functions whose name begins so.
    kind
        `dies first`: before the handler runs. `dies half-way`: once so many of its calls are
        carried out, the last of them unanswered. `dies unanswered` and `times out`: when it has
        done everything but answer.
    skip
        How many invocations to let through first.
    times
        How many invocations to hit; None for all.
    after_calls
        Of `dies half-way`: how many calls to carry out. One that makes fewer does not die.
    """

    function: str
    kind: MishapKind
    skip: int = 0
    times: int | None = 1
    after_calls: int = 1


class Mishaps(Injections[Mishap]):
    """The mishaps that wait for their invocations."""

    def __init__(self) -> None:
        super().__init__()
        self._current: dict[str, Mishap] = {}
        self._dying: dict[str, _Dying] = {}

    def begin(self, name: str) -> Mishap | None:
        """Return the mishap that an invocation of a function meets, and count it down."""
        # Whether it comes to pass shows in the end.
        mishap = self._take(lambda each: name.startswith(each.function))
        if mishap is not None:
            self._current[name] = mishap
        return mishap

    def watch(self, name: str, environment: Environment) -> None:
        """Hear in which process a function begins to work."""
        mishap = self._current.get(name)
        if mishap is not None and mishap.kind == "dies half-way":
            self._dying[name] = _Dying(environment, mishap.after_calls)

    def called(self, name: str) -> bool:
        """Hear of a call that was carried out; True if its function is dead now."""
        dying = self._dying.get(name)
        if dying is None:
            return False
        dying.calls_left -= 1
        if dying.calls_left <= 0:
            dying.environment.close()
        return dying.calls_left <= 0

    def end(self, name: str, environment: Environment, outcome: Outcome) -> Outcome:
        """Return what an invocation comes to that has done all that it does."""
        mishap = self._current.pop(name, None)
        if mishap is None:
            return outcome
        dying = self._dying.pop(name, None)
        if dying is not None:
            self.met += dying.calls_left <= 0
            return outcome
        self.met += 1
        if mishap.times is not None:
            # For ever, it would only be started again each time, which takes longer than its work.
            environment.close()
        if mishap.kind == "times out":
            return Outcome("timed out", None, outcome.seconds, outcome.printed)
        return Outcome("exited", None, outcome.seconds, outcome.printed, _KILLED)


@dataclass
class _Dying:
    environment: Environment
    calls_left: int
