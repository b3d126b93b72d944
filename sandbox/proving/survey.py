"""What there is to prove about a scenario: everything that happens when nothing disturbs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sandbox.proving.attempt import distinct
from sandbox.proving.calls import CallSite, calls_of
from sandbox.proving.cases import cases_of
from sandbox.proving.crashing import Invoked, crashes_of, invocations_of
from sandbox.proving.delivering import Delivery, astray_of, deliveries_of
from sandbox.proving.hindering import Change, changes_of, setbacks_of
from sandbox.proving.killing import Moment, moments_of

if TYPE_CHECKING:
    from sandbox.proving.attempt import Attempt
    from sandbox.proving.world import World


class Survey(NamedTuple):
    """What happens in a scenario.

    Attributes
    ----------
    moments
        The states in which time passes.
    workflows
        The names of the workflows that ran.
    """

    calls: list[CallSite]
    moments: list[Moment]
    invocations: list[Invoked]
    deliveries: list[Delivery]
    changes: list[Change]
    workflows: frozenset[str]

    def attempts(self, *, every: bool = False) -> dict[str, list[Attempt]]:
        """Return everything that can go wrong, by class, kills aside.

        Parameters
        ----------
        every
            Also the places between the second and the last of what is counted.
        """
        chosen = list if every else distinct
        return {
            "calls": [*cases_of(chosen(self.calls))],
            "functions": [*crashes_of(chosen(self.invocations))],
            "events": [*astray_of(chosen(self.deliveries))],
            "hosting": [*setbacks_of(chosen(self.changes))],
        }


def survey_of(world: World) -> Survey:
    """Return what happened in a world since its scenario acts."""
    account = world.sandbox.account
    machines = {each.state_machine.name for each in world.executions}
    return Survey(
        calls_of(world.new_records),
        moments_of(world),
        invocations_of(world.invocations),
        deliveries_of(account.bus.courier.sent or [], world.endpoint),
        changes_of(account.hosting.lifecycle.troubles.seen or [], world.endpoint),
        frozenset(workflow_of(name) for name in machines),
    )


def workflow_of(machine: str) -> str:
    """Return the name of a workflow's file: `slipway-BurstStateMachine-1A2B` is `burst`."""
    return machine.partition("StateMachine")[0].rpartition("-")[2].lower()
