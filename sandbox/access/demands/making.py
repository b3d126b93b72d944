"""How demands are made: the shapes that most services share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from sandbox.access.facts import Facts
from sandbox.access.policies import Demand

if TYPE_CHECKING:
    from sandbox.access.keys import Protection

Params = dict[str, Any]
Maker = Callable[[Facts, Params], Iterator[Demand]]
Resource = Callable[[Facts, Params], str]
Makers = dict[tuple[str, str], Maker]

_PREFIXES = {
    "sagemaker-runtime": "sagemaker",
    "service-quotas": "servicequotas",
    "stepfunctions": "states",
}


def simple(service: str, action: str, resource: Resource) -> Maker:
    """Return the maker of one demand without conditions."""

    def make(facts: Facts, params: Params) -> Iterator[Demand]:
        yield Demand(f"{service}:{action}", resource(facts, params), {})

    return make


def same_named(service: str, resource: Resource, *operations: str) -> Makers:
    """Return makers for operations that are checked as the action of the same name."""
    prefix = _PREFIXES.get(service, service)
    return {(service, name): simple(prefix, name, resource) for name in operations}


def everything(_facts: Facts, _params: Params) -> str:
    """Return the resource of actions that know no resources."""
    return "*"


def pass_role(role: str, service: str) -> Demand:
    """Return the demand of whoever hands a role to a service."""
    return Demand("iam:PassRole", role, {"iam:passedtoservice": service})


def use_key(
    facts: Facts, service: str, protection: Protection | None, *actions: str
) -> Iterator[Demand]:
    """Yield what a caller needs of KMS where a service uses a customer key on its behalf."""
    if protection is None:
        return
    context = {
        "kms:viaservice": f"{service}.{facts.region}.amazonaws.com",
        "kms:calleraccount": facts.account,
        "kms:encryptioncontextkeys": list(protection.context),
        **{f"kms:encryptioncontext:{k}".lower(): v for k, v in protection.context.items()},
    }
    for action in actions:
        yield Demand(f"kms:{action}", protection.key, context)
