"""Evaluation of KMS key policies for roles of the key's own account. Pure.

Source: KMS developer guide, "Key policies": an identity policy counts only where the key policy
names the account itself; what it gives a role by name needs no identity policy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.access.policies import Demand, Statement, allowed, as_list, matching
from sandbox.errors import Unsupported

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def key_allows(
    demand: Demand,
    role: str,
    key_policy: Mapping[str, Any],
    identity: Sequence[Mapping[str, Any]],
) -> bool:
    """Tell whether a role may use a key: its policy and the role's own together."""
    account = demand.resource.split(":")[4]
    speaking = list(matching(demand, [{"Statement": _with_resource(key_policy)}]))
    whole = {account, f"arn:aws:iam::{account}:root"}
    named = [s for s in speaking if names(s, {"*", role})]
    if any(s["Effect"] == "Deny" for s in speaking if names(s, {"*", role, *whole})):
        return False
    if any(s["Effect"] == "Allow" for s in named):
        return not any(s["Effect"] == "Deny" for s in matching(demand, identity))
    delegated = any(s["Effect"] == "Allow" for s in speaking if names(s, whole))
    return delegated and allowed(demand, identity)


def _with_resource(policy: Mapping[str, Any]) -> list[Statement]:
    return [{"Resource": "*", **statement} for statement in as_list(policy["Statement"])]


def names(statement: Statement, principals: set[str]) -> bool:
    """Tell whether a statement of a resource's policy is about one of some principals."""
    if "NotPrincipal" in statement:
        raise Unsupported("NotPrincipal in a resource policy: name who is meant instead.")
    principal = statement.get("Principal")
    if not isinstance(principal, dict):
        return principal in principals
    return bool(principals & set(as_list(principal.get("AWS", []))))
