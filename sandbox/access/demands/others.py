"""Services of which little is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.access.demands.making import Makers, Params, everything, same_named, simple
from sandbox.access.policies import Demand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.access.facts import Facts


def _function(facts: Facts, params: Params) -> str:
    name = str(params["FunctionName"])
    return name if name.startswith("arn:") else facts.arn("lambda", f"function:{name}")


def _function_url(facts: Facts, params: Params) -> Iterator[Demand]:
    """Yield both actions: since October 2025 a caller needs the second one as well."""
    function = _function(facts, params)
    kind = {"lambda:functionurlauthtype": params["FunctionUrlAuthType"]}
    yield Demand("lambda:InvokeFunctionUrl", function, kind)
    yield Demand("lambda:InvokeFunction", function, {"lambda:invokedviafunctionurl": "true"})


MAKERS: Makers = {
    ("lambda", "InvokeFunctionUrl"): _function_url,
    ("lambda", "Invoke"): simple("lambda", "InvokeFunction", _function),
    **same_named("service-quotas", everything, "ListServiceQuotas", "ListAWSDefaultServiceQuotas"),
    **same_named("sts", everything, "GetCallerIdentity"),
}
