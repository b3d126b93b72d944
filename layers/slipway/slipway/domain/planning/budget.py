"""How many instances `budget.monthly_usd` reaches for, of each type that an endpoint may run on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.planning.refusals import PlanRefused
from slipway.domain.pricing import monthly_cost, prices_as_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.spec import EndpointSpec


def affordable_instances(spec: EndpointSpec, region: str) -> int:
    """Return `scaling.max`, or fewer where the budget reaches less far.

    Raises
    ------
    PlanRefused
        If the first instances cost more than the budget, or their price is unknown.
    """
    from decimal import Decimal

    budget, kind = spec.budget.monthly_usd, spec.hosting.instance_type
    if budget is None:
        return spec.scaling.max
    each = monthly_cost(kind, region, 1)
    if each is None:
        raise PlanRefused(
            f"budget.monthly_usd is {budget:g}, but what {kind} costs in {region} is unknown "
            f"(price file of {prices_as_of()}): remove the budget, choose another instance type, "
            f"or update the price file"
        )
    first = spec.initial_instance_count
    if each * first > Decimal(str(budget)):
        raise PlanRefused(
            f"{first} x {kind} cost ${each * first:,.2f} a month in {region}, more than "
            f"budget.monthly_usd {budget:g} (prices of {prices_as_of()}): raise the budget, or "
            f"choose fewer or smaller instances"
        )
    return min(spec.scaling.max, int(Decimal(str(budget)) // each))


def types_within(spec: EndpointSpec, region: str) -> dict[str, int]:
    """Return the most instances of each type that the endpoint may run on, in the spec's order.

    A fallback of which the budget does not reach for `scaling.min`, or whose price nobody knows
    under a budget, is none: what AWS has no capacity for must not cost more than was allowed.
    """
    kinds = dict.fromkeys([spec.hosting.instance_type, *spec.hosting.fallback_instance_types])
    reached = {kind: _reach(spec, kind, region) for kind in kinds}
    first = spec.hosting.instance_type
    return {kind: most for kind, most in reached.items() if kind == first or most}


def with_budget(policy: Mapping[str, Any], spec: EndpointSpec, region: str) -> dict[str, Any]:
    """Return what the ledger keeps of the settings, with what the budget leaves of the types."""
    most = types_within(spec, region)
    return {**policy, "instance_types": list(most), "most": most}


def _reach(spec: EndpointSpec, kind: str, region: str) -> int:
    """Return how many instances the budget reaches for; 0 if for fewer than the endpoint needs."""
    from decimal import Decimal

    budget = spec.budget.monthly_usd
    if budget is None:
        return spec.scaling.max
    each = monthly_cost(kind, region, 1)
    reached = 0 if each is None else min(spec.scaling.max, int(Decimal(str(budget)) // each))
    return reached if reached >= spec.scaling.min else 0
