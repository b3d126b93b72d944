"""Executions that are stopped in the middle: nothing of theirs is caught."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from sandbox.proving.attempt import Attempt, numbered
from sandbox.proving.crashing import RETRIED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.proving.verdict import Verdict
    from sandbox.proving.world import World

LEFT, REDRIVEN = "left to recovery", "redriven"

# No time passes in the others, nor in a wait for nothing: nobody could stop an execution there.
_TAKE_TIME = {"Task", "Wait", "Map", "Parallel"}
_LONG = 14 * 3600.0


class Moment(NamedTuple):
    """An execution's n-th time in a state.

    Attributes
    ----------
    machine
        ARN of the state machine.
    nth
        Counted from 0.
    """

    machine: str
    state: str
    nth: int

    @property
    def what(self) -> tuple[str, str]:
        """What is counted."""
        return self[:2]

    def __str__(self) -> str:
        name = self.machine.rpartition(":")[2].rpartition("StateMachine")[0]
        return f"{name} killed in {self.state} #{self.nth + 1}"


def moments_of(world: World) -> list[Moment]:
    """Return every state that executions have been in since the scenario acts."""
    found = []
    for execution in world.executions:
        machine = execution.state_machine
        states = json.loads(machine.definition)["States"]
        workflows = world.sandbox.account.workflows
        entered = numbered(workflows.entered(execution.exec_arn))
        passed_through = workflows.passed_through(execution.exec_arn)
        found += [
            Moment(machine.arn, name, nth)
            for (name, nth), at_once in zip(entered, passed_through, strict=True)
            if states[name]["Type"] in _TAKE_TIME and not at_once
        ]
    return found


class Kill(Attempt):
    """An execution that is stopped at a moment.

    Redriven at once, or left to Slipway's recovery, which may go back. Dropped once more, it comes
    to what it comes to undisturbed either way.
    """

    lingers: ClassVar[float] = RETRIED
    anew: ClassVar[bool] = True

    def inject(self, world: World) -> None:
        """Nothing is to be prepared."""

    def strike(self, world: World) -> bool:
        """Stop the execution; False if the moment never comes."""
        victims: list[str] = []

        def there() -> bool:
            running = _running(world, self.site.machine)
            victims[:] = [arn for arn in running if _is_in(world, arn, self.site)]
            return bool(victims)

        if not world.sandbox.kernel.run_until(there, limit=_LONG):
            return False
        client = world.sandbox.client("stepfunctions")
        client.stop_execution(executionArn=victims[0], error="Killed", cause="By a proof.")
        if self.kind == REDRIVEN:
            client.redrive_execution(executionArn=victims[0])
        return True

    def met(self, world: World) -> bool:
        """Tell that nothing was prepared."""
        return False

    def objections(self, verdict: Verdict, untouched: Verdict) -> list[str]:
        """Return whether a person had to help, and whether it came to another outcome."""
        by_hand = f"{verdict.redriven} executions had to be redriven by hand"
        helped = [by_hand] if verdict.redriven else []
        expected = untouched.outcomes[-1]
        other = verdict.outcomes[-1:] != [expected]
        return [*helped, *([f"{verdict.outcomes} instead of {expected}"] if other else [])]

    def __str__(self) -> str:
        return f"{self.site} {self.kind}"


def kills_of(moments: Iterable[Moment]) -> list[Kill]:
    """Return every way to kill at these moments."""
    return [Kill(site, kind, "once") for site in moments for kind in (LEFT, REDRIVEN)]


def _is_in(world: World, arn: str, moment: Moment) -> bool:
    entered = world.sandbox.account.workflows.entered(arn)
    return entered[-1:] == [moment.state] and entered.count(moment.state) == moment.nth + 1


def _running(world: World, machine: str) -> list[str]:
    return [
        each.exec_arn
        for each in world.executions
        if each.status == "RUNNING" and each.state_machine.arn == machine
    ]
