"""Services of which little is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.access.demands.making import Makers, Params, everything, same_named, simple

if TYPE_CHECKING:
    from sandbox.access.facts import Facts


def _function(facts: Facts, params: Params) -> str:
    name = str(params["FunctionName"])
    return name if name.startswith("arn:") else facts.arn("lambda", f"function:{name}")


MAKERS: Makers = {
    ("lambda", "Invoke"): simple("lambda", "InvokeFunction", _function),
    **same_named("service-quotas", everything, "ListServiceQuotas", "ListAWSDefaultServiceQuotas"),
    **same_named("sts", everything, "GetCallerIdentity"),
}
