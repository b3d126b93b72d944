"""The resource types that the sandbox's CloudFormation creates.

moto's own classes drop properties that they do not know. These create each resource by calling the
service's API, so that every property arrives, is validated as AWS validates it, or is refused.
"""

from moto.cloudformation.parsing import get_model_map

from sandbox.deploy.resources import compute, identity, messaging, storage
from sandbox.deploy.resources.base import ApiResource
from sandbox.events import cloudformation as monitoring

__all__ = ["ApiResource", "register"]


def register() -> None:
    """Let moto's CloudFormation use these classes instead of its own."""
    for module in (compute, identity, messaging, monitoring, storage):
        for resource in vars(module).values():
            if isinstance(resource, type) and issubclass(resource, ApiResource) and resource.TYPE:
                get_model_map()[resource.TYPE] = resource
