"""Resource policies: whether one lets an AWS service do something in its own name. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from sandbox.access.policies import Demand, allowed, as_list
from sandbox.errors import Unsupported


@dataclass(frozen=True)
class ServiceCall:
    """What a service wants to do to a resource, and the keys that conditions may ask for.

    Parameters
    ----------
    service
        The principal, e.g. ``events.amazonaws.com``.
    context
        Condition keys in lower case, e.g. ``aws:sourcearn``.
    """

    service: str
    action: str
    resource: str
    context: dict[str, str] = field(default_factory=dict)


def allows(policy: str | dict[str, Any] | None, call: ServiceCall) -> bool:
    """Say whether a policy allows the call: some Allow and no Deny applies."""
    document = json.loads(policy) if isinstance(policy, str) and policy else policy or {}
    statements = [
        {"Resource": "*", **statement}
        for statement in as_list(document.get("Statement", []))
        if _names(statement, call.service)
    ]
    demand = Demand(call.action, call.resource, call.context)
    return allowed(demand, [{"Statement": statements}])


def _names(statement: dict[str, Any], service: str) -> bool:
    if "NotPrincipal" in statement:
        raise Unsupported("NotPrincipal in a resource policy: name who is meant instead.")
    principal = statement.get("Principal")
    if not isinstance(principal, dict):
        return bool(principal == "*")
    everyone = "*" in as_list(principal.get("AWS", []))
    return everyone or service in as_list(principal.get("Service", []))
