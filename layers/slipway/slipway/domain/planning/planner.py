"""From spec, artifact, image and account to a plan, or to a reason why not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slipway.domain.instances import check_instance_type
from slipway.domain.plan import Cost, ReleasePlan
from slipway.domain.planning.checks import (
    affordable_instances,
    check_combination,
    check_container,
    check_events,
    check_quota,
)
from slipway.domain.pricing import estimate_cost
from slipway.domain.rollout import Fleets, highest_peak, plan_steps, step_weights

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.domain.images import Image
    from slipway.domain.naming import ReleaseNames
    from slipway.domain.planning.facts import AccountFacts, ArtifactFacts, LiveFleet
    from slipway.domain.spec import EndpointSpec

# Where SageMaker's framework containers find the scripts of an archive.
CODE_FOLDER = "/opt/ml/model/code"

# With a script, AWS's containers run `pip install .` on a setup.py of their own before they serve.
# pip builds in an isolated environment, for which it downloads setuptools (since 25.3 for every
# setup.py), and network isolation leaves the container without a network: it would never start.
# pip reads the variable as the value of `build_isolation`, so that 0 is what turns isolation off.
OFFLINE_INSTALL = {"PIP_NO_BUILD_ISOLATION": "0"}


def plan_release(  # noqa: PLR0913 - the six things that a plan depends on, by keyword
    *,
    names: ReleaseNames,
    spec: EndpointSpec,
    artifact: ArtifactFacts,
    image: Image,
    account: AccountFacts,
    live: LiveFleet | None = None,
) -> ReleasePlan:
    """Plan a release.

    Parameters
    ----------
    live : LiveFleet, optional
        What serves now; None for an endpoint's first release.

    Raises
    ------
    PlanRefused
        If the release is impossible, over quota or over budget; nothing was made.
    InvalidInstanceType
        If SageMaker hosts nothing on the instance type.
    """
    kind = check_instance_type(spec.hosting.instance_type)
    check_combination(spec)
    check_container(spec, image, artifact)
    count = _instances(spec, live)
    most = max(affordable_instances(spec, account.region), count)
    check_events(spec, most)
    peak = _peak(spec, count, live)
    for each, instances in peak.items():
        serving = live.instance_count if live and live.instance_type == each else 0
        check_quota(each, instances - serving, account)
    estimate = estimate_cost(kind, account.region, spec.scaling.min, most)
    return ReleasePlan(
        action="update" if live else "create",
        names=_names(names, spec, live),
        image=image.uri,
        framework=image.framework,
        framework_version=image.version,
        model_uri=artifact.uri,
        environment=_environment(spec, artifact),
        instance_type=kind,
        instance_count=count,
        min_instances=spec.scaling.min,
        max_instances=most,
        peak_instances=peak,
        sampling=spec.drift.sampling,
        cost=Cost(_text(estimate.low), _text(estimate.high), estimate.as_of),
        notes=_notes(spec, count, most, account) + (_step_notes(spec) if live else ()),
        strategy=spec.release.strategy if live else "first",
        steps=plan_steps(spec.release, _fleets(spec, count, live), account.region) if live else (),
    )


def _instances(spec: EndpointSpec, live: LiveFleet | None) -> int:
    """Return how many instances the new model starts with.

    A fleet of the same type that demand has let grow is replaced by one of its own size.
    """
    first = spec.initial_instance_count
    if live is None or live.instance_type != spec.hosting.instance_type:
        return first
    return min(max(first, live.instance_count), spec.scaling.max)


def _fleets(spec: EndpointSpec, count: int, live: LiveFleet) -> Fleets:
    return Fleets(live.instance_type, live.instance_count, spec.hosting.instance_type, count)


def _peak(spec: EndpointSpec, count: int, live: LiveFleet | None) -> dict[str, int]:
    """Return the most instances of each type at one time."""
    if live is None:
        return {spec.hosting.instance_type: count}
    return highest_peak(spec.release, _fleets(spec, count, live))


def _names(names: ReleaseNames, spec: EndpointSpec, live: LiveFleet | None) -> ReleaseNames:
    """Return the names; SageMaker guards a deployment only if the variant keeps its name."""
    guarded = live is not None and spec.release.strategy == "managed"
    return replace(names, variant=live.variant) if live and guarded else names


def _environment(spec: EndpointSpec, artifact: ArtifactFacts) -> dict[str, str]:
    if artifact.program is None:
        return dict(spec.hosting.environment)
    script = {"SAGEMAKER_PROGRAM": artifact.program, "SAGEMAKER_SUBMIT_DIRECTORY": CODE_FOLDER}
    return script | OFFLINE_INSTALL | spec.hosting.environment


def _notes(spec: EndpointSpec, count: int, most: int, account: AccountFacts) -> tuple[str, ...]:
    kind, notes = spec.hosting.instance_type, []
    if count != spec.hosting.instance_count:
        notes.append(
            f"Starts with {count} instead of hosting.instance_count "
            f"{spec.hosting.instance_count}: what serves now and scaling.min {spec.scaling.min} "
            f"to scaling.max {spec.scaling.max} decide"
        )
    if most < spec.scaling.max:
        notes.append(
            f"Scales to {most} instead of scaling.max {spec.scaling.max}: the budget of "
            f"${spec.budget.monthly_usd:g} a month reaches no further"
        )
    return (*notes, *_quota_notes(kind, most, account))


def _quota_notes(kind: str, most: int, account: AccountFacts) -> Iterator[str]:
    """Tell what the quota does not allow later, or that nobody knows it."""
    quota, name = account.quotas.get(kind), f"`{kind} for endpoint usage`"
    if kind not in account.quotas:
        return
    if quota is None:
        yield f"The quota {name} in {account.region} is unknown, so it was not checked"
    elif most > quota:
        yield (
            f"The quota {name} of {quota:g}{account.source_of(kind)} is below the {most} instances "
            f"that scaling may ask for"
        )
    elif kind in account.defaults:
        yield f"Checked against the quota {name} of {quota:g}{account.source_of(kind)}"


def _step_notes(spec: EndpointSpec) -> tuple[str, ...]:
    weights, wanted = step_weights(spec.release), spec.release.steps
    if spec.release.strategy != "managed" or weights == wanted:
        return ()
    shares = ", ".join(f"{weight} %" for weight in weights)
    return (
        f"The steps are {shares} instead of release.steps {list(wanted)}: SageMaker's guarded "
        "deployments know equal steps, or one first step and then all",
    )


def _text(amount: object) -> str | None:
    return None if amount is None else str(amount)
