"""Executions that are stopped in the middle: nothing of theirs is caught."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from sandbox.proving.world import World

# No time passes in the others, so nobody could stop an execution there.
_TAKE_TIME = {"Task", "Wait", "Map", "Parallel"}
_LONG = 14 * 3600.0


class Moment(NamedTuple):
    """An execution's n-th time in a state.

    Attributes
    ----------
    machine
        ARN of the state machine.
    nth
        Counted from 1.
    """

    machine: str
    state: str
    nth: int

    def __str__(self) -> str:
        name = self.machine.rpartition(":")[2].rpartition("StateMachine")[0]
        return f"{name} killed in {self.state} #{self.nth}"


def moments_of(world: World) -> list[Moment]:
    """Return every state that executions have been in since the scenario acts."""
    found = []
    for execution in world.executions:
        machine = execution.state_machine
        states = json.loads(machine.definition)["States"]
        seen: Counter[str] = Counter()
        for name in world.sandbox.account.workflows.entered(execution.exec_arn):
            seen[name] += 1
            if states[name]["Type"] in _TAKE_TIME:
                found.append(Moment(machine.arn, name, seen[name]))
    return found


def kill(world: World, moment: Moment, *, redrive: bool) -> bool:
    """Stop the execution at a moment; False if it never comes."""
    victims: list[str] = []

    def there() -> bool:
        victims[:] = [arn for arn in _running(world, moment.machine) if _is_in(world, arn, moment)]
        return bool(victims)

    if not world.sandbox.kernel.run_until(there, limit=_LONG):
        return False
    client = world.sandbox.client("stepfunctions")
    client.stop_execution(executionArn=victims[0], error="Killed", cause="By a proof.")
    if redrive:
        client.redrive_execution(executionArn=victims[0])
    return True


def _is_in(world: World, arn: str, moment: Moment) -> bool:
    entered = world.sandbox.account.workflows.entered(arn)
    return entered[-1:] == [moment.state] and entered.count(moment.state) == moment.nth


def _running(world: World, machine: str) -> list[str]:
    return [
        each.exec_arn
        for each in world.executions
        if each.status == "RUNNING" and each.state_machine.arn == machine
    ]
