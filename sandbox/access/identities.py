"""What policies a role has, read from moto's IAM."""

from __future__ import annotations

import functools
import json
import re
from typing import Any, NamedTuple

from moto.iam.models import iam_backends


class Policy(NamedTuple):
    """One policy of a role.

    Attributes
    ----------
    name
        Of an inline policy its own; of a managed one what CloudFormation made of its logical name.
    """

    name: str
    document: dict[str, Any]


def policies_of(account: str, role_arn: str) -> list[Policy]:
    """Return the identity policies of a role; none if there is no such role."""
    role = _role(account, role_arn)
    return [] if role is None else _policies(role)


def boundary_of(account: str, role_arn: str) -> dict[str, Any] | None:
    """Return the policy that a role's permissions are bounded by; None if it has none."""
    role = _role(account, role_arn)
    bound = role and role.permissions_boundary_arn
    if not bound:
        return None
    policy = iam_backends[account]["aws"].managed_policies[bound]
    (document,) = (each.document for each in policy.versions if each.is_default)
    return parse(document)


def policies_of_stack(account: str, stack: str) -> dict[str, list[Policy]]:
    """Return the policies of a stack's roles, by the roles' ARNs."""
    roles = [r for r in iam_backends[account]["aws"].roles.values() if logical(r.name, stack)]
    return {
        str(role.arn): [
            Policy(logical(policy.name, stack) or policy.name, policy.document)
            for policy in _policies(role)
        ]
        for role in roles
    }


def logical(name: str, stack: str) -> str | None:
    """Return what a template calls a resource that a stack gave a name."""
    match = re.fullmatch(rf"{re.escape(stack)}-(\w+)-[A-Z0-9]+", name)
    return match and match[1]


def _role(account: str, arn: str) -> Any:
    name = arn.rpartition("/")[2]
    roles = iam_backends[account]["aws"].roles.values()
    return next((each for each in roles if each.name == name), None)


def _policies(role: Any) -> list[Policy]:
    inline = [Policy(name, parse(text)) for name, text in role.policies.items()]
    managed = [
        Policy(policy.name, parse(version.document))
        for policy in role.managed_policies.values()
        for version in policy.versions
        if version.is_default
    ]
    return inline + managed


@functools.lru_cache(maxsize=1024)
def parse(document: str) -> dict[str, Any]:
    """Read a policy; the result is shared, so it must not be changed."""
    parsed: dict[str, Any] = json.loads(document)
    return parsed
