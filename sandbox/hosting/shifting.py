"""Traffic from the old fleet to the new one, step by step, while alarms are watched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.hosting import announce, refusals
from sandbox.hosting.machine import Activity

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.hosting.durations import Durations
    from sandbox.hosting.guardrails import Guardrails, Step
    from sandbox.hosting.machine import Endpoint, Pending
    from sandbox.hosting.routing import Routing
    from sandbox.hosting.store import Store


class Shifting:
    """Carries guardrails out, in a task of the kernel."""

    def __init__(
        self, account: Account, store: Store, routing: Routing, durations: Durations
    ) -> None:
        self._account = account
        self._store = store
        self._routing = routing
        self._durations = durations

    def shift(self, endpoint: Endpoint, pending: Pending, guardrails: Guardrails) -> str | None:
        """Shift all traffic to the new fleet; return why it must go back, or None."""
        for step in guardrails.steps(pending.variants):
            pending.active = dict(step.active)
            self._routing.change(endpoint.name)
            self._note(endpoint, pending, _baking(step, pending))
            problem = self._bake(pending, guardrails, step.wait)
            if problem is not None:
                return problem
        self._note(endpoint, pending, ("Deleting", "Deleting the old fleet."))
        return None

    def _note(self, endpoint: Endpoint, pending: Pending, activity: tuple[str, str]) -> None:
        status, message = activity
        pending.activity = Activity(status, self._account.kernel.now(), message)
        announce.deployment(self._account, endpoint, self._store.tags.get(endpoint.arn, {}))

    def _bake(self, pending: Pending, guardrails: Guardrails, seconds: float) -> str | None:
        kernel = self._account.kernel
        end = kernel.timestamp() + seconds
        while True:
            problem = self._problem(pending, guardrails)
            left = end - kernel.timestamp()
            if problem is not None or left <= 0:
                return problem
            kernel.sleep(min(self._durations.alarm_poll, left))

    def _problem(self, pending: Pending, guardrails: Guardrails) -> str | None:
        kernel = self._account.kernel
        alarmed = self._in_alarm(guardrails.alarms)
        if alarmed:
            return refusals.alarmed(alarmed)
        took = kernel.timestamp() - pending.started.timestamp()
        if guardrails.timeout is not None and took > guardrails.timeout:
            return refusals.out_of_time(guardrails.timeout)
        return None

    def _in_alarm(self, names: tuple[str, ...]) -> list[str]:
        if not names:
            return []
        answer = self._account.client("cloudwatch").describe_alarms(AlarmNames=list(names))
        kinds = ("MetricAlarms", "CompositeAlarms")
        found = [each for kind in kinds for each in answer.get(kind, [])]
        return sorted(each["AlarmName"] for each in found if each["StateValue"] == "ALARM")


def _baking(step: Step, pending: Pending) -> tuple[str, str]:
    count = sum(step.active.values())
    full = all(step.active[each.name] == each.desired_count for each in pending.variants)
    return "Baking", (
        f"Baking for {step.wait} seconds ({step.named}) with traffic enabled on "
        f"{'full' if full else 'canary'} capacity of {count} instance(s)."
    )
