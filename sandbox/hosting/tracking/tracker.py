"""Carries target-tracking policies out: their alarms, and what follows when one rings.

An alarm's action runs each minute (each ten seconds) while it rings; CloudWatch's engine sleeps
where nothing is measured, so endpoints without traffic cost nothing here.
"""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from moto.applicationautoscaling.models import applicationautoscaling_backends

from sandbox.errors import Unsupported
from sandbox.events.metrics.store import MetricId
from sandbox.gateway import AwsError
from sandbox.hosting.machine import Status
from sandbox.hosting.tracking.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.account import Account
    from sandbox.gateway import Call
    from sandbox.hosting.machine import Endpoint

_ERROR = 400
# Of each policy: one that scales out, one that scales in.
_ALARMS = 2
# How far back a policy looks for a value; the alarm has seen one not longer ago than that.
_LOOKS_BACK = 5 * 60


class Tracker:
    """The policies of all variants.

    Parameters
    ----------
    locate
        Returns endpoint and variant of a resource, or refuses it.
    scale
        Sets a count within the target's bounds, for a cause; returns whether it did.
    """

    def __init__(
        self,
        account: Account,
        locate: Callable[[str], tuple[Endpoint, str]],
        scale: Callable[[Endpoint, str, int, str], bool],
    ) -> None:
        self._account = account
        self._locate = locate
        self._scale = scale
        self._policies: dict[str, Policy] = {}
        self._asked: dict[str, tuple[Policy, bool]] = {}
        self._cooling: dict[tuple[str, bool], float] = {}
        self._listens = False
        for operation, handler in {
            "PutScalingPolicy": self._put,
            "DeleteScalingPolicy": self._delete,
            "DeregisterScalableTarget": self._deregister,
        }.items():
            account.gateway.serve("application-autoscaling", operation, handler)

    def served(self, endpoint: Endpoint) -> None:
        """Begin the cooldowns of a scaling that has come about."""
        asked = self._asked.pop(endpoint.name, None)
        if asked is not None:
            policy, outwards = asked
            cooldown = policy.out_cooldown if outwards else policy.in_cooldown
            until = self._account.kernel.timestamp() + cooldown
            self._cooling[policy.resource, outwards] = until

    def _put(self, call: Call) -> dict[str, Any]:
        given = call.params
        if given["ServiceNamespace"] != "sagemaker":
            return self._forwarded(call)
        if given.get("PolicyType") != "TargetTrackingScaling":
            raise Unsupported("The sandbox carries out target-tracking policies only.")
        endpoint, variant = self._locate(given["ResourceId"])
        self._count(call, "PutMetricAlarm", _ALARMS)
        answer = self._forwarded(call)
        name, arn = given["PolicyName"], answer["PolicyARN"]
        settings = given["TargetTrackingScalingPolicyConfiguration"]
        policy = Policy.of(name, arn, endpoint.name, variant, settings)
        alarms = [self._put_alarm(alarm) for alarm in policy.alarms()]
        self._policies[policy.high] = self._policies[policy.low] = policy
        # moto describes a policy with the alarms that its own object holds.
        moto = self._moto()
        held = next(each for each in moto.policies.values() if each.policy_arn == arn)
        held.alarms = [
            SimpleNamespace(name=alarm["AlarmName"], alarm_arn=alarm["AlarmARN"])
            for alarm in alarms
        ]
        return {**answer, "Alarms": alarms}

    def _count(self, call: Call, operation: str, times: int) -> None:
        """Count what CloudWatch is asked for the caller: its limits are the account's."""
        if not call.principal.is_admin:
            self._account.gateway.require_rate("cloudwatch", operation, times)

    def _put_alarm(self, given: dict[str, Any]) -> dict[str, str]:
        alarms = self._account.bus.alarms
        if not self._listens:
            self._listens = True
            alarms.actions.on_scaling(self._ring)
        return {"AlarmName": given["AlarmName"], "AlarmARN": alarms.put_alarm(given).arn}

    def _delete(self, call: Call) -> dict[str, Any]:
        answer = self._forwarded(call)
        given = call.params
        self._forget(given["ResourceId"], given["PolicyName"])
        return answer

    def _deregister(self, call: Call) -> dict[str, Any]:
        """Deregister a target; its policies, their alarms and its scheduled actions go with it."""
        self._count(call, "DeleteAlarms", 1)
        answer = self._forwarded(call)
        resource = call.params["ResourceId"]
        policies = self._moto().policies
        for key, policy in list(policies.items()):
            if policy.resource_id == resource:
                del policies[key]
        self._forget(resource)
        left = [each for each in self._moto().scheduled_actions if each.resource_id != resource]
        self._moto().scheduled_actions = left
        return answer

    def _forget(self, resource: str, name: str | None = None) -> None:
        for alarm, policy in list(self._policies.items()):
            if policy.resource == resource and name in (None, policy.name):
                del self._policies[alarm]
                self._account.bus.alarms.delete_alarm(alarm)
        for outwards in (True, False):
            self._cooling.pop((resource, outwards), None)

    def _ring(self, _: str, alarm: dict[str, Any]) -> None:
        policy = self._policies.get(alarm["AlarmName"])
        if policy is None or alarm["StateValue"] != "ALARM":
            return
        outwards = alarm["AlarmName"] == policy.high
        value = self._newest(policy)
        if value is None or not (outwards or policy.scales_in):
            return
        endpoint, _variant = self._locate(policy.resource)
        if endpoint.status is not Status.IN_SERVICE or self._cools(policy, outwards=outwards):
            return
        count = next(each.count for each in endpoint.variants if each.name == policy.variant)
        wanted = policy.wanted(count, value)
        if (wanted > count) if outwards else (wanted < count):
            self._act(policy, endpoint, wanted, alarm["AlarmName"])

    def _act(self, policy: Policy, endpoint: Endpoint, wanted: int, alarm: str) -> None:
        cause = f"monitor alarm {alarm} in state ALARM triggered policy {policy.name}"
        if self._scale(endpoint, policy.variant, wanted, cause):
            self._asked[endpoint.name] = policy, alarm == policy.high

    def _cools(self, policy: Policy, *, outwards: bool) -> bool:
        until = self._cooling.get((policy.resource, outwards), 0.0)
        return self._account.kernel.timestamp() < until

    def _newest(self, policy: Policy) -> float | None:
        """Return the newest value of the metric that can be seen."""
        watched, now = policy.watched, self._account.kernel.timestamp()
        metric = MetricId.of(watched.namespace, watched.name, watched.dimensions)
        end = now // watched.period * watched.period
        while end > now - _LOOKS_BACK:
            found = self._account.metrics.samples(
                metric, end - watched.period, end, unit=watched.unit
            )
            if found is not None:
                return found.statistic(watched.statistic)
            end -= watched.period
        return None

    def _moto(self) -> Any:
        return applicationautoscaling_backends[self._account.account_id][self._account.region]

    def _forwarded(self, call: Call) -> dict[str, Any]:
        return forwarded(self._account, call)


def forwarded(account: Account, call: Call) -> dict[str, Any]:
    """Return moto's answer to a call, or raise its error."""
    response = account.gateway.forward(call)
    answer: dict[str, Any] = json.loads(response.get_data() or b"{}")
    if response.status_code >= _ERROR:
        code = str(answer.get("__type", "ValidationException")).rpartition("#")[2]
        raise AwsError(code, str(answer.get("message", "")), response.status_code)
    return answer
