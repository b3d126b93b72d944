"""What there is to prove about a scenario: everything that happens when nothing disturbs it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sandbox.proving.attempt import distinct, places
from sandbox.proving.brownout import brownouts_of, is_made_up_for
from sandbox.proving.calls import CallSite, calls_of
from sandbox.proving.cases import cases_of
from sandbox.proving.crashing import Invoked, crashes_of, invocations_of
from sandbox.proving.delivering import Delivery, astray_of, deliveries_of
from sandbox.proving.hindering import Change, changes_of, setbacks_of
from sandbox.proving.killing import Moment, kills_of, moments_of
from sandbox.proving.stranding import strandings_of

if TYPE_CHECKING:
    from sandbox.proving.attempt import Attempt
    from sandbox.proving.world import World

_COUNTED = ("calls", "moments", "invocations", "deliveries", "changes")


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

    def attempts(self) -> dict[str, list[Attempt]]:
        """Return everything that can go wrong, by class."""
        cases = cases_of(self.calls)
        return {
            "calls": [case for case in cases if not is_made_up_for(case)],
            "brownouts": [*brownouts_of(cases)],
            "functions": [*crashes_of(self.invocations)],
            "events": [*astray_of(self.deliveries)],
            "hosting": [*setbacks_of(self.changes), *strandings_of(self.changes)],
            "kills": [*kills_of(self.moments)],
        }

    def distinct(self) -> Survey:
        """Return the same without what lies between the second and the last of what is counted."""
        found: dict[str, Any] = {name: distinct(getattr(self, name)) for name in _COUNTED}
        return self._replace(**found)

    def beyond(self, known: set[Any]) -> Survey:
        """Return what is distinct and in no survey before, and know it from now on.

        Parameters
        ----------
        known
            What earlier surveys have, empty at first.
        """
        found: dict[str, Any] = {}
        for name in _COUNTED:
            here = {(name, *place): site for place, site in places(getattr(self, name)).items()}
            found[name] = [site for place, site in here.items() if place not in known]
            known.update(here)
        return self._replace(**found)


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
