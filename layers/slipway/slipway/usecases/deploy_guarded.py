"""Let SageMaker's own guardrails shift the traffic, with a gate for the judge."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from slipway.domain.alarm_words import alarm_in_words
from slipway.domain.gate import gate_alarm
from slipway.domain.hosting_requests import endpoint_config_request, model_request
from slipway.domain.rollout import guarded_rollout
from slipway.domain.scaling import resource_id
from slipway.errors import HostingRefused
from slipway.usecases.beside_live import begin_beside
from slipway.usecases.close_gate import Tools, close_gate
from slipway.usecases.making import noted, require_inspected

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.release import LiveRelease
    from slipway.domain.rollout import Guarded
    from slipway.ports import AcceptedReader, Clock, EndpointState, GuardedMaker, Scaling, Waker
    from slipway.usecases.beside_live import BesideBook
    from slipway.usecases.create_endpoint import HostingAccount
    from slipway.usecases.reference import ReleaseRef
    from slipway.usecases.rollout import Rollout

# What a full disk or a busy processor means is for people; these mean that users fare badly.
WATCHED = ("server-errors", "model-errors", "latency")


def deploy_guarded(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    token: str,
    account: HostingAccount,
    tools: Tools,
    *,
    ledger: BesideBook,
    endpoints: GuardedMaker,
    scaling: Scaling,
    accepted: AcceptedReader,
    waker: Waker,
    clock: Clock,
) -> None:
    """Store the task token, close the gate, then ask for the deployment.

    The new fleet cannot be tried before users: SageMaker gives it traffic by itself. What rolls
    it back are the alarms of the variant and the gate, which the judge pulls.

    Raises
    ------
    HostingRefused
        If an alarm rings already: SageMaker would go back at once.
    AcceptedChanged
        If what would be served is no longer what was inspected.
    NameTaken
        If the endpoint serves something that Slipway did not put there.
    EndpointBusy
        If SageMaker changes the endpoint right now; the workflow tries again.
    """
    now = clock.now()
    beside = begin_beside(ref, token, ledger=ledger, endpoints=endpoints, now=now)
    rollout, state = beside.rollout, beside.state
    deploying = _Deploying(rollout, beside.live, ledger, endpoints, tools)
    deploying.prepare(account, accepted)
    if state.config == rollout.plan.names.endpoint_config and state.status == "InService":
        waker.wake(token)
        return
    beside.require_changeable()
    deploying.begin(state, now, scaling)
    ledger.arm_token(ref.endpoint, token)


class _Deploying:
    def __init__(
        self,
        rollout: Rollout,
        live: LiveRelease,
        ledger: BesideBook,
        endpoints: GuardedMaker,
        tools: Tools,
    ) -> None:
        self.rollout = rollout
        self.live = live
        self.ledger = ledger
        self.endpoints = endpoints
        self.tools = tools
        self.endpoint = rollout.release.endpoint
        self.made = dict(rollout.release.made)

    def note(self, **facts: str) -> None:
        self.made |= facts
        self._write({"made": self.made})

    def _write(self, facts: dict[str, Any]) -> None:
        self.ledger.note_release(self.endpoint, self.rollout.release.release, facts)

    def prepare(self, account: HostingAccount, accepted: AcceptedReader) -> None:
        plan, names = self.rollout.plan, self.rollout.plan.names
        self.note(baseline=self.live.variant)
        require_inspected(self.rollout.release, accepted)
        with noted(self.note, model=names.model):
            self.endpoints.create_model(model_request(plan, account.role, account.network))
        with noted(self.note, config=names.endpoint_config):
            self.endpoints.create_config(
                endpoint_config_request(plan, account.monitoring_bucket, account.key)
            )

    def begin(self, state: EndpointState, now: datetime, scaling: Scaling) -> None:
        alarms = self._alarms()
        self.note(endpoint="updated", previous=state.config, replaced=self.live.release)
        if self.live.instance_type != self.rollout.plan.instance_type:
            # SageMaker changes no instance type of a variant that is registered.
            scaling.deregister(resource_id(self.endpoint, self.live.variant))
        guarded, bake = self._guarded()
        self.note(gate=gate_alarm(self.endpoint, self.rollout.release.release))
        gate = close_gate(
            self.rollout.release, self.tools, until=now + timedelta(seconds=guarded.timeout(bake))
        )
        begun = {"asked": now.isoformat(), "weights": list(guarded.weights)}
        self._write({"evidence": {**self.rollout.release.evidence, "guarded": begun}})
        self.endpoints.deploy_guarded(
            self.endpoint,
            self.rollout.plan.names.endpoint_config,
            guarded.deployment_config(bake, [*alarms, gate]),
        )

    def _guarded(self) -> tuple[Guarded, int]:
        steps = self.rollout.plan.steps
        return guarded_rollout([step.weight for step in steps]), steps[0].bake_seconds

    def _alarms(self) -> list[str]:
        serving = self.ledger.read_release(self.endpoint, self.live.release)
        names = [n for n in serving.made.get("alarms", []) if n.endswith(WATCHED)]
        ringing = self.tools.guards.alarms_in_alarm(names)
        if ringing:
            name, reason = next(iter(ringing.items()))
            raise HostingRefused(
                "A guarded deployment would go back at once, for an alarm of what serves rings. "
                f"{alarm_in_words(name, reason)}"
            )
        return names
