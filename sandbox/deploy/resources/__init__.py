"""The resource types that the sandbox's CloudFormation creates.

moto's own classes drop properties that they do not know. These create each resource by calling the
service's API, so that every property arrives, is validated as AWS validates it, or is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from moto.cloudformation.parsing import get_model_map

from sandbox.deploy.resources import compute, identity, messaging, network, reach, storage
from sandbox.deploy.resources.base import ApiResource
from sandbox.events import cloudformation as monitoring

if TYPE_CHECKING:
    from sandbox.account import Account

__all__ = ["TYPES", "ApiResource", "register", "unregister"]

TYPES: dict[str, type[ApiResource]] = {
    resource.TYPE: resource
    for module in (compute, identity, messaging, monitoring, network, reach, storage)
    for resource in vars(module).values()
    if isinstance(resource, type) and issubclass(resource, ApiResource) and resource.TYPE
}

_displaced: dict[str, Any] = {}


def register(account: Account) -> None:
    """Let moto's CloudFormation create these types in an account instead of its own."""
    unregister()
    models = get_model_map()
    _displaced.update({name: models.get(name) for name in TYPES})
    models.update(TYPES)
    ApiResource.account = account


def unregister() -> None:
    """Give moto its own classes back: they outlive an account that was closed."""
    models = get_model_map()
    for name, model in _displaced.items():
        if model is None:
            models.pop(name, None)
        else:
            models[name] = model
    _displaced.clear()
