"""SageMaker's own guarded deployments: two shapes of traffic and their limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

FULL = 100
# What the UpdateEndpoint API allows.
LARGEST_FIRST_STEP = 50
SMALLEST_LINEAR, LARGEST_LINEAR = 10, 50
LONGEST_WAIT = 3600
SHORTEST_TIMEOUT, LONGEST_TIMEOUT = 600, 28_800
MOST_ALARMS = 10
# Beside the waits, a new fleet has to be made and traffic moved: SageMaker ends the deployment
# when the time is over, so there is plenty of it.
PROVISIONING_SECONDS = 3600

Shape = Literal["ALL_AT_ONCE", "CANARY", "LINEAR"]


@dataclass(frozen=True, slots=True)
class Guarded:
    """How SageMaker is asked to move the traffic.

    Parameters
    ----------
    weights : tuple of int
        The new version's shares of the traffic that come of it, in percent.
    """

    shape: Shape
    weights: tuple[int, ...]

    def waits(self, bake_seconds: int) -> int:
        """Return how long the deployment waits in all: at each step and before it ends."""
        return bake_seconds * len(self.weights)

    def timeout(self, bake_seconds: int) -> int:
        """Return how long SageMaker may take; more than the waits together."""
        wanted = self.waits(bake_seconds) + PROVISIONING_SECONDS
        return min(max(wanted, SHORTEST_TIMEOUT), LONGEST_TIMEOUT)

    def deployment_config(self, bake_seconds: int, alarms: Sequence[str]) -> dict[str, Any]:
        """Return the DeploymentConfig of UpdateEndpoint.

        Parameters
        ----------
        bake_seconds : int
            How long each step is watched, the full one included: the old fleet goes after that.
        alarms : sequence of str
            Alarms that roll the deployment back.
        """
        routing: dict[str, Any] = {"Type": self.shape, "WaitIntervalInSeconds": bake_seconds}
        size = {"Type": "CAPACITY_PERCENT", "Value": self.weights[0]}
        if self.shape != "ALL_AT_ONCE":
            routing["CanarySize" if self.shape == "CANARY" else "LinearStepSize"] = size
        return {
            "BlueGreenUpdatePolicy": {
                "TrafficRoutingConfiguration": routing,
                "TerminationWaitInSeconds": bake_seconds,
                "MaximumExecutionTimeoutInSeconds": self.timeout(bake_seconds),
            },
            "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": name} for name in alarms]},
        }


def guarded_rollout(steps: Sequence[int]) -> Guarded:
    """Return the shape that comes closest to the wanted steps.

    Steps of equal size are linear. SageMaker knows no others: of the rest, the first step stays
    and all the traffic follows.
    """
    if len(steps) == 1:
        return Guarded("ALL_AT_ONCE", (FULL,))
    size = steps[0]
    if len(steps) > 2 and tuple(steps) == (*range(size, FULL, size), FULL):  # noqa: PLR2004 - more than first and full
        return Guarded("LINEAR", tuple(steps))
    return Guarded("CANARY", (size, FULL))


def problem_of(rollout: Guarded, bake_seconds: int) -> str:
    """Return why SageMaker would refuse the rollout; empty if it would not."""
    first = rollout.weights[0]
    if rollout.shape == "CANARY" and first > LARGEST_FIRST_STEP:
        return (
            f"its first step is at most {LARGEST_FIRST_STEP} %, not {first} %: lower the first of "
            "release.steps"
        )
    if rollout.shape == "LINEAR" and not SMALLEST_LINEAR <= first <= LARGEST_LINEAR:
        return (
            f"equal steps are {SMALLEST_LINEAR} % to {LARGEST_LINEAR} % each, not {first} %: "
            "change release.steps"
        )
    if bake_seconds > LONGEST_WAIT:
        return (
            f"it waits at most {LONGEST_WAIT // 60} minutes after a step, not "
            f"{bake_seconds // 60}: lower release.bake"
        )
    if rollout.waits(bake_seconds) >= LONGEST_TIMEOUT:
        return (
            f"it takes at most {LONGEST_TIMEOUT // 3600} hours, and {len(rollout.weights)} bakes "
            f"of {bake_seconds // 60} minutes take longer: lower release.bake or take fewer steps"
        )
    return ""
