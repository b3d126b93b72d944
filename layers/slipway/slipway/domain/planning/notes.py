"""What a plan tells people beside its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.planning.budget import types_within
from slipway.domain.rollout import step_weights

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.domain.planning.counts import Counts
    from slipway.domain.planning.facts import AccountFacts
    from slipway.domain.spec import EndpointSpec


def notes_on(spec: EndpointSpec, counts: Counts, account: AccountFacts) -> Iterator[str]:
    """Tell what differs from what the spec says, and why."""
    if counts.first != spec.hosting.instance_count:
        yield (
            f"Starts with {counts.first} instead of hosting.instance_count "
            f"{spec.hosting.instance_count}: what serves now and scaling.min {spec.scaling.min} "
            f"to scaling.max {spec.scaling.max} decide"
        )
    if counts.most < spec.scaling.max:
        yield (
            f"Scales to {counts.most} instead of scaling.max {spec.scaling.max}: the budget of "
            f"${spec.budget.monthly_usd:g} a month reaches no further"
        )
    allowed = spec.hosting.fallback_instance_types
    beyond = [kind for kind in allowed if kind not in types_within(spec, account.region)]
    if beyond:
        yield (
            f"{', '.join(beyond)} of hosting.fallback_instance_types will not be used: the budget "
            f"of ${spec.budget.monthly_usd:g} a month does not reach for scaling.min "
            f"{spec.scaling.min}, or the price is unknown"
        )
    yield from _on_quota(spec.hosting.instance_type, counts.most, account)


def _on_quota(kind: str, most: int, account: AccountFacts) -> Iterator[str]:
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


def notes_on_steps(spec: EndpointSpec) -> Iterator[str]:
    """Tell which steps SageMaker's guarded deployments make of the spec's."""
    weights, wanted = step_weights(spec.release), spec.release.steps
    if spec.release.strategy == "managed" and weights != wanted:
        shares = ", ".join(f"{weight} %" for weight in weights)
        yield (
            f"The steps are {shares} instead of release.steps {list(wanted)}: SageMaker's guarded "
            "deployments know equal steps, or one first step and then all"
        )
