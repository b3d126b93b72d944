"""Deployment guardrails: what a DeploymentConfig asks for, and what SageMaker refuses. Pure.

Sources: API_UpdateEndpoint, API_BlueGreenUpdatePolicy, dg/deployment-guardrails*.html. How AWS
rounds a percentage of instances is not documented; here it is down, to at least one.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sandbox.errors import Unsupported
from sandbox.hosting import refusals

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sandbox.hosting.variants import Variant

Shift = Literal["ALL_AT_ONCE", "CANARY", "LINEAR"]

_LEAST_FLEET = 2
_MOST_PERCENT, _LEAST_LINEAR_PERCENT = 50, 10
# Endpoints on these fall back to all at once, without a word and without a bake.
_EXCLUDED_TYPES = ("ml.inf1.",)


@dataclass(frozen=True)
class Size:
    """A share of a fleet."""

    kind: Literal["INSTANCE_COUNT", "CAPACITY_PERCENT"]
    value: int

    def of(self, count: int) -> int:
        """Return the instances that it is of a fleet."""
        if self.kind == "INSTANCE_COUNT":
            return self.value
        return max(self.value * count // 100, 1)

    def percent_of(self, count: int) -> float:
        """Return how large it is by what it says, before rounding."""
        return self.value if self.kind == "CAPACITY_PERCENT" else 100 * self.value / count


class Step(NamedTuple):
    """A step of traffic onto the new fleet, and the bake after it.

    Attributes
    ----------
    active
        Instances of the new fleet that take traffic, by variant.
    wait
        Seconds of baking.
    named
        The member of the policy that sets `wait`.
    """

    active: dict[str, int]
    wait: int
    named: str


@dataclass(frozen=True)
class Guardrails:
    """A deployment with guardrails.

    Attributes
    ----------
    size
        Of the canary or of a linear step.
    wait, termination
        Seconds between steps, and after the last one.
    timeout
        Seconds for everything; None without a limit.
    alarms
        Names of the alarms that roll back.
    """

    shift: Shift
    size: Size | None
    wait: int
    termination: int
    timeout: int | None
    alarms: tuple[str, ...]

    def steps(self, variants: Iterable[Variant]) -> list[Step]:
        """Return the steps onto a fleet of these variants."""
        counts = {variant.name: variant.desired_count for variant in variants}
        last = Step(counts, self.termination, "TerminationWaitInSeconds")
        if self.size is None:
            return [last]
        sizes = {name: self.size.of(count) for name, count in counts.items()}
        number = max(ceil(count / sizes[name]) for name, count in counts.items())
        number = 2 if self.shift == "CANARY" else number
        before = [
            {name: min(sizes[name] * step, count) for name, count in counts.items()}
            for step in range(1, number)
        ]
        return [*(Step(each, self.wait, "WaitIntervalInSeconds") for each in before), last]


def guardrails_of(
    request: Mapping[str, Any], before: Iterable[Variant], after: Iterable[Variant]
) -> Guardrails | None:
    """Return what UpdateEndpoint asks for; None without guardrails or where AWS ignores them.

    Raises
    ------
    AwsError
        What SageMaker refuses.
    Unsupported
        What the sandbox does not carry out.
    """
    if request.get("RetainDeploymentConfig"):
        raise Unsupported("The sandbox does not keep the DeploymentConfig of an earlier update.")
    config = request.get("DeploymentConfig")
    if not config:
        return None
    if "RollingUpdatePolicy" in config:
        raise Unsupported(
            "The sandbox carries out no RollingUpdatePolicy: it replaces a fleet batch by batch "
            "and leaves mixed fleets behind when it fails; use a BlueGreenUpdatePolicy."
        )
    fleet = list(after)
    _require_same_names(before, fleet)
    if any(each.instance_type.startswith(_EXCLUDED_TYPES) for each in fleet):
        return None
    return _blue_green(config, fleet)


def _blue_green(config: Mapping[str, Any], fleet: list[Variant]) -> Guardrails:
    policy = config.get("BlueGreenUpdatePolicy")
    if policy is None:
        raise refusals.invalid("DeploymentConfig must have a BlueGreenUpdatePolicy.")
    routing = policy["TrafficRoutingConfiguration"]
    alarms = config.get("AutoRollbackConfiguration", {}).get("Alarms", [])
    found = Guardrails(
        shift=routing["Type"],
        size=_size(routing, fleet),
        wait=routing["WaitIntervalInSeconds"],
        termination=policy.get("TerminationWaitInSeconds", 0),
        timeout=policy.get("MaximumExecutionTimeoutInSeconds"),
        alarms=tuple(alarm["AlarmName"] for alarm in alarms),
    )
    _require_time(found, fleet)
    return found


def _require_same_names(before: Iterable[Variant], after: Iterable[Variant]) -> None:
    old, new = sorted(each.name for each in before), sorted(each.name for each in after)
    if old != new:
        raise refusals.invalid(
            "With a DeploymentConfig the new endpoint configuration must have the same variant "
            f"names as the old one: {', '.join(old)}, not {', '.join(new)}."
        )


def _size(routing: Mapping[str, Any], fleet: list[Variant]) -> Size | None:
    wanted = {"CANARY": "CanarySize", "LINEAR": "LinearStepSize"}.get(routing["Type"])
    given = [name for name in ("CanarySize", "LinearStepSize") if name in routing]
    if given != [each for each in [wanted] if each]:
        raise refusals.invalid(
            f"Traffic routing of type {routing['Type']} needs "
            f"{wanted or 'neither CanarySize nor LinearStepSize'}; given: {given or 'none'}."
        )
    if wanted is None:
        return None
    size = Size(routing[wanted]["Type"], routing[wanted]["Value"])
    for variant in fleet:
        _require_share(wanted, size, variant)
    return size


def _require_share(member: str, size: Size, variant: Variant) -> None:
    count = variant.desired_count
    if count < _LEAST_FLEET:
        raise refusals.invalid(
            f"{member} needs at least {_LEAST_FLEET} instances; variant {variant.name} has {count}."
        )
    least = _LEAST_LINEAR_PERCENT if member == "LinearStepSize" else 0
    if not least <= size.percent_of(count) <= _MOST_PERCENT:
        bounds = f"{least} to {_MOST_PERCENT}" if least else f"at most {_MOST_PERCENT}"
        raise refusals.invalid(
            f"{member} must be {bounds} percent of the {count} instances of variant "
            f"{variant.name}, not {size.value} ({size.kind})."
        )


def _require_time(found: Guardrails, fleet: list[Variant]) -> None:
    waits = sum(step.wait for step in found.steps(fleet))
    if found.timeout is not None and found.timeout <= waits:
        raise refusals.invalid(
            f"MaximumExecutionTimeoutInSeconds ({found.timeout}) must be more than the waits of "
            f"the deployment together ({waits})."
        )
