"""The rules that refuse a release before anything is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.instances import is_arm
from slipway.domain.planning.refusals import PlanRefused
from slipway.domain.rollout import guarded_rollout, problem_of, step_weights

if TYPE_CHECKING:
    from slipway.domain.images import Image
    from slipway.domain.planning.facts import AccountFacts, ArtifactFacts
    from slipway.domain.spec import EndpointSpec

# By hosting mode: the strategies that AWS or Slipway can carry out on it.
STRATEGIES = {"real-time": frozenset({"canary", "linear", "all-at-once", "managed"})}
SLEEPING_MODES = frozenset({"real-time"})
# SageMaker needs two instances to leave one untouched by a guarded deployment.
FEWEST_MANAGED = 2
# Of 1 % each there would be a hundred, and the record of a release has its limits.
MOST_STEPS = 20


def check_combination(spec: EndpointSpec) -> None:
    """Refuse hosting, strategy and sleep that do not go together."""
    mode, strategy = spec.hosting.mode, spec.release.strategy
    if strategy not in STRATEGIES[mode]:
        raise PlanRefused(
            f"release.strategy {strategy} is not possible with hosting.mode {mode}; "
            f"possible: {', '.join(sorted(STRATEGIES[mode]))}"
        )
    if spec.sleep is not None and mode not in SLEEPING_MODES:
        raise PlanRefused(f"hosting.mode {mode} rests by itself: remove `sleep`")
    if strategy == "managed":
        _check_managed(spec)
    steps = len(step_weights(spec.release))
    if steps > MOST_STEPS:
        raise PlanRefused(
            f"release.steps makes {steps} steps with release.strategy {strategy}, {MOST_STEPS} at "
            f"most: begin with a larger step"
        )


def _check_managed(spec: EndpointSpec) -> None:
    if spec.initial_instance_count < FEWEST_MANAGED:
        raise PlanRefused(
            "release.strategy managed needs 2 instances or more: raise hosting.instance_count "
            "and scaling.min, or use another strategy"
        )
    if spec.release.approve:
        raise PlanRefused(
            "release.strategy managed shifts the traffic by itself and asks nobody: remove "
            "release.approve, or use release.strategy canary"
        )
    if spec.release.inconclusive == "pause":
        raise PlanRefused(
            "release.strategy managed cannot wait for a person: set release.inconclusive to "
            "roll-back or promote, or use release.strategy canary"
        )
    if spec.hosting.instance_type.startswith("ml.inf1."):
        raise PlanRefused(
            "SageMaker carries out no guarded deployment on ml.inf1 instances: "
            "use release.strategy canary"
        )
    bake = int(spec.release.bake.total_seconds())
    problem = problem_of(guarded_rollout(spec.release.steps), bake)
    if problem:
        raise PlanRefused(f"SageMaker refuses the guarded deployment (managed): {problem}")


def check_container(spec: EndpointSpec, image: Image, artifact: ArtifactFacts) -> None:
    """Refuse an artifact or instances that the container does not work with."""
    if artifact.requirements:
        raise PlanRefused(
            "The artifact brings a requirements.txt, but the container runs in network isolation "
            "and can install nothing: put the packages into the archive, or set hosting.image to "
            "a container that has them"
        )
    kind = spec.hosting.instance_type
    if is_arm(kind) and image.architecture == "x86_64":
        raise PlanRefused(
            f"{kind} has Arm processors, and AWS's {image.framework} {image.version} container "
            f"runs on x86 only: choose another hosting.instance_type, such as ml.m5.large, or set "
            f"hosting.image"
        )


def check_quota(instance_type: str, new: int, account: AccountFacts) -> None:
    """Refuse more instances than the account may have.

    Parameters
    ----------
    instance_type : str
        Their type.
    new : int
        Instances that the release adds, while what runs now still runs.
    account : AccountFacts
        Quotas and running instances.
    """
    quota = account.quotas.get(instance_type)
    running = account.running.get(instance_type, 0)
    if quota is not None and new > 0 and running + new > quota:
        raise PlanRefused(
            f"The quota `{instance_type} for endpoint usage` in {account.region} allows "
            f"{quota:g} instances{account.source_of(instance_type)}; {running} run and the release "
            f"adds {new}, {running + new} in all. Ask for {running + new} or more in Service "
            f"Quotas, or lower hosting.instance_count and scaling.min"
        )


def check_events(spec: EndpointSpec, most: int) -> None:
    """Refuse a known event that the budget does not reach: a floor that is not held is no floor.

    Parameters
    ----------
    most : int
        Instances that the budget allows.
    """
    beyond = next((each for each in spec.scaling.events if (each.floor or 0) > most), None)
    if beyond:
        raise PlanRefused(
            f"scaling.events: {beyond.name} wants {beyond.floor} instances, and budget.monthly_usd "
            f"{spec.budget.monthly_usd:g} allows {most}: raise the budget, or lower the event's "
            f"floor"
        )
