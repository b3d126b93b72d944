"""Models, endpoint configurations and endpoints by name, and their tags."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.hosting import refusals
from sandbox.hosting.capacity import instances

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.hosting.machine import Endpoint


@dataclass(frozen=True)
class Model:
    """A model as CreateModel described it."""

    name: str
    arn: str
    created: datetime
    request: dict[str, Any]

    @property
    def container(self) -> dict[str, Any]:
        """Its only container."""
        containers = self.request.get("Containers") or [self.request["PrimaryContainer"]]
        return dict(containers[0])

    @property
    def role(self) -> str:
        """The ARN of its execution role."""
        return str(self.request["ExecutionRoleArn"])


@dataclass(frozen=True)
class Config:
    """An endpoint configuration as CreateEndpointConfig described it."""

    name: str
    arn: str
    created: datetime
    request: dict[str, Any]

    @property
    def variants(self) -> list[dict[str, Any]]:
        """Its production variants."""
        return list(self.request["ProductionVariants"])


@dataclass
class Store:
    """All that hosting has in the account.

    Parameters
    ----------
    prefix
        What ARNs start with, `arn:aws:sagemaker:<region>:<account>`.
    """

    prefix: str
    models: dict[str, Model] = field(default_factory=dict)
    configs: dict[str, Config] = field(default_factory=dict)
    endpoints: dict[str, Endpoint] = field(default_factory=dict)
    tags: dict[str, dict[str, str]] = field(default_factory=dict)

    def arn(self, kind: str, name: str) -> str:
        """Return an ARN; SageMaker writes names in it in lower case."""
        return f"{self.prefix}:{kind}/{name.lower()}"

    def model(self, name: str) -> Model:
        """Return a model, or refuse."""
        if name not in self.models:
            raise refusals.not_found("model", self.arn("model", name))
        return self.models[name]

    def config(self, name: str) -> Config:
        """Return an endpoint configuration, or refuse."""
        if name not in self.configs:
            raise refusals.not_found("endpoint configuration", self.arn("endpoint-config", name))
        return self.configs[name]

    def key_of_configuration(self, name: str) -> str | None:
        """Return the key that a configuration names for its volumes, if it exists and has one."""
        config = self.configs.get(name)
        return config.request.get("KmsKeyId") if config else None

    def key_of_endpoint(self, name: str) -> str | None:
        """Return the key that the configuration of an endpoint names for its volumes."""
        endpoint = self.endpoints.get(name)
        return self.key_of_configuration(endpoint.config_name) if endpoint else None

    def endpoint(self, name: str) -> Endpoint:
        """Return an endpoint, or refuse."""
        if name not in self.endpoints:
            raise refusals.not_found("endpoint", self.arn("endpoint", name))
        return self.endpoints[name]

    def instances(self) -> Counter[str]:
        """Return how many instances of each type the account's endpoints have."""
        total: Counter[str] = Counter()
        for endpoint in self.endpoints.values():
            total += instances(endpoint.variants)
            if endpoint.pending is not None:
                total += instances(endpoint.pending.variants)
        return total

    def tag(self, arn: str, tags: list[dict[str, str]]) -> None:
        """Add tags to a resource."""
        self.tags.setdefault(arn, {}).update({tag["Key"]: tag["Value"] for tag in tags})

    def tags_of(self, arn: str) -> list[dict[str, str]]:
        """Return a resource's tags as the API gives them."""
        return [{"Key": key, "Value": value} for key, value in self.tags.get(arn, {}).items()]
