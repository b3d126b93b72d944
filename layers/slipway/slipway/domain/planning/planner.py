"""From spec, artifact, image and account to a plan, or to a reason why not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slipway.domain.instances import check_instance_type
from slipway.domain.plan import Cost, ReleasePlan
from slipway.domain.planning.checks import (
    check_combination,
    check_container,
    check_events,
    check_quota,
)
from slipway.domain.planning.counts import counts_elsewhere, counts_for, fleets_for, peak_for
from slipway.domain.planning.notes import notes_on, notes_on_steps
from slipway.domain.pricing import estimate_cost
from slipway.domain.rollout import plan_steps

if TYPE_CHECKING:
    from slipway.domain.images import Image
    from slipway.domain.naming import ReleaseNames
    from slipway.domain.plan import Step, Strategy
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
    elsewhere: int = 0,
) -> ReleasePlan:
    """Plan a release.

    Parameters
    ----------
    live : LiveFleet, optional
        What serves now; None for an endpoint's first release.
    elsewhere : int
        Where what serves moves to another type, because AWS has no more instances of its own: how
        many are wanted. 0 for every other release.

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
    moved = live if elsewhere else None
    if moved:
        counts = counts_elsewhere(spec, moved, elsewhere, account)
    else:
        counts = counts_for(spec, live, account)
        check_events(spec, counts.most)
    peak = peak_for(spec, counts.first, live, elsewhere=moved is not None)
    for each, instances in peak.items():
        serving = live.instance_count if live and live.instance_type == each else 0
        check_quota(each, instances - serving, account)
    estimate = estimate_cost(kind, account.region, spec.scaling.min, counts.most)
    strategy, steps = _rollout(spec, counts.first, live, account, elsewhere=moved is not None)
    return ReleasePlan(
        action="update" if live else "create",
        names=_names(names, strategy, live),
        image=image.uri,
        framework=image.framework,
        framework_version=image.version,
        model_uri=artifact.uri,
        environment=_environment(spec, artifact),
        instance_type=kind,
        instance_count=counts.first,
        min_instances=spec.scaling.min,
        max_instances=counts.most,
        peak_instances=peak,
        sampling=spec.drift.sampling,
        cost=Cost(_text(estimate.low), _text(estimate.high), estimate.as_of),
        notes=(*notes_on(spec, counts, account), *(notes_on_steps(spec) if live else ())),
        strategy=strategy,
        steps=steps,
    )


def _rollout(
    spec: EndpointSpec,
    count: int,
    live: LiveFleet | None,
    account: AccountFacts,
    *,
    elsewhere: bool,
) -> tuple[Strategy, tuple[Step, ...]]:
    """Return how the traffic moves; the same bytes on another type have nothing to compare."""
    if live is None:
        return "first", ()
    if elsewhere:
        return "replace", ()
    steps = plan_steps(spec.release, fleets_for(spec, count, live), account.region)
    return spec.release.strategy, steps


def _names(names: ReleaseNames, strategy: Strategy, live: LiveFleet | None) -> ReleaseNames:
    """Return the names; a variant is replaced or guarded only if it keeps its name."""
    kept = live is not None and strategy in {"managed", "replace"}
    return replace(names, variant=live.variant) if live and kept else names


def _environment(spec: EndpointSpec, artifact: ArtifactFacts) -> dict[str, str]:
    if artifact.program is None:
        return dict(spec.hosting.environment)
    script = {"SAGEMAKER_PROGRAM": artifact.program, "SAGEMAKER_SUBMIT_DIRECTORY": CODE_FOLDER}
    return script | OFFLINE_INSTALL | spec.hosting.environment


def _text(amount: object) -> str | None:
    return None if amount is None else str(amount)
