"""What the interpreter's parts need from the sandbox: time, clients, task tokens, randomness."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.client import BaseClient

    from sandbox.kernel import Event, Kernel
    from sandbox.workflows.tokens import Tokens


class MapRuns:
    """The runs of Distributed Maps, for executions that are redriven within one."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str], Any] = {}
        self._resumed: dict[str, Any] = {}

    def keep(self, execution_arn: str, state: str, run: Any) -> None:
        """Remember the last run of a state."""
        self._last[execution_arn, state] = run

    def resume(self, execution_arn: str, state: str) -> None:
        """Let a redriven execution go on with the run of the state that it ended in."""
        self._resumed[execution_arn] = self._last.get((execution_arn, state))

    def take(self, execution_arn: str) -> Any:
        """Return the run that goes on, once; None for one that begins."""
        return self._resumed.pop(execution_arn, None)


class Runtime:
    """The one runtime of this process; moto's interpreter is global, and so is this.

    Parameters
    ----------
    client
        Makes a client of a service that calls as a role in a session named as the execution.
    authorize
        Raises AwsError unless a role, in such a session, may do an operation of Step Functions.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - all that the interpreter's parts share
        self,
        kernel: Kernel,
        client: Callable[[str, str, str], BaseClient],
        authorize: Callable[[str, str, str, dict[str, Any]], None],
        tokens: Tokens,
        region: str,
    ) -> None:
        self.kernel = kernel
        self.client = client
        self.authorize = authorize
        self.tokens = tokens
        self.region = region
        self.transitions: dict[str, int] = {}
        self.map_runs = MapRuns()
        self._sources: dict[str, random.Random] = {}
        self._definitions: dict[str, str] = {}
        self._sessions: dict[str, str] = {}
        self._billed_to: dict[str, str | None] = {}
        self._ended: dict[str, Event] = {}

    def source(self, execution_arn: str) -> random.Random:
        """Return the randomness of an execution: the same for the same ARN."""
        if execution_arn not in self._sources:
            self._sources[execution_arn] = random.Random(execution_arn)
        return self._sources[execution_arn]

    def ended(self, execution_arn: str) -> Event:
        """Return the event that is set once an execution has ended."""
        return self._ended.setdefault(execution_arn, self.kernel.event())

    def count_transition(self, env: Any) -> None:
        """Count a state transition of the execution that an environment belongs to."""
        arn = execution_arn(env)
        billed = self._billed_to.get(arn, arn)
        if billed is not None:
            self.transitions[billed] = self.transitions.get(billed, 0) + 1

    def define(self, execution_arn: str, definition: str) -> None:
        """Say which definition an execution runs."""
        self._definitions[execution_arn] = definition

    def definition(self, execution_arn: str) -> str:
        """Return the definition that an execution runs."""
        return self._definitions[execution_arn]

    def session(self, execution_arn: str) -> str:
        """Return the session in which an execution calls: its name, and for children the first's.

        A client is made for each session, and a Distributed Map may have ten thousand children.
        """
        return self._sessions.get(execution_arn, execution_arn.rsplit(":", 1)[1])

    def adopt(self, child_arn: str, parent_arn: str, *, billed: bool) -> None:
        """Make an execution known that a Distributed Map starts.

        Parameters
        ----------
        billed
            Whether its state transitions are paid for: those of Express children are not.
        """
        self._definitions[child_arn] = self._definitions[parent_arn]
        self._sessions[child_arn] = self.session(parent_arn)
        self._billed_to[child_arn] = self._billed_to.get(parent_arn, parent_arn) if billed else None


_installed: list[Runtime] = []


def use(runtime: Runtime | None) -> None:
    """Make a runtime the current one."""
    _installed[:] = [runtime] if runtime is not None else []


def current() -> Runtime:
    """Return the current runtime."""
    if not _installed:
        raise RuntimeError("No sandbox is installed: moto's interpreter cannot run on its own.")
    return _installed[0]


def execution_arn(env: Any) -> str:
    """Return the ARN of the execution that an environment belongs to."""
    arn: str = env.states.context_object.context_object_data["Execution"]["Id"]
    return arn
