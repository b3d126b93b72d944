"""SageMaker's side: endpoints, their variants, their containers, their answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class VariantState:
    """One production variant as it serves."""

    name: str
    current_count: int
    desired_count: int
    weight: float
    desired_weight: float | None = None


@dataclass(frozen=True, slots=True)
class EndpointState:
    """An endpoint as SageMaker describes it.

    Parameters
    ----------
    baking_since : str
        When the step of a guarded deployment that bakes now began to; empty if none does.
    """

    status: str
    config: str
    failure: str
    variants: tuple[VariantState, ...]
    baking_since: str = ""


class EndpointReader(Protocol):
    """Reads endpoints."""

    def describe(self, endpoint: str) -> EndpointState | None:
        """Return the endpoint's state, or None if it does not exist."""


class EndpointMaker(EndpointReader, Protocol):
    """Makes what serves a model; every call may be repeated with equal arguments."""

    def create_model(self, request: Mapping[str, Any]) -> bool:
        """Create a model; False if an equal one existed; raise NameTaken for another one."""

    def create_config(self, request: Mapping[str, Any]) -> bool:
        """Create an endpoint configuration; False if an equal one existed."""

    def create_endpoint(self, endpoint: str, config: str, tags: Mapping[str, str]) -> bool:
        """Create an endpoint; False if it exists with that configuration."""

    def update_endpoint(self, endpoint: str, config: str) -> None:
        """Change the configuration, keeping the counts that scaling reached."""

    def replace_fleet(self, endpoint: str, config: str) -> None:
        """Change the configuration, whose counts count and not those that scaling reached."""


class EndpointUpdater(EndpointReader, Protocol):
    """Puts endpoints on configurations that exist."""

    def update_endpoint(self, endpoint: str, config: str) -> None:
        """Change the configuration, keeping the counts that scaling reached."""


class PartRemover(Protocol):
    """Takes away what no endpoint uses; what is gone already is no error."""

    def delete_config(self, name: str) -> None:
        """Delete an endpoint configuration."""

    def delete_model(self, name: str) -> None:
        """Delete a model."""


class TrafficControl(EndpointReader, Protocol):
    """Changes of an endpoint that build no new fleet."""

    def set_weights(self, endpoint: str, weights: Mapping[str, float]) -> None:
        """Change the weights of variants and nothing else; raise EndpointBusy during a change."""

    def set_count(self, endpoint: str, variant: str, count: int) -> None:
        """Change the count of one variant; raise EndpointBusy during a change."""


class GuardedMaker(EndpointMaker, Protocol):
    """Makes what serves a model, and lets SageMaker itself shift the traffic to it."""

    def deploy_guarded(self, endpoint: str, config: str, deployment: Mapping[str, Any]) -> None:
        """Change the configuration as a DeploymentConfig says, keeping counts."""


class EndpointRemover(TrafficControl, Protocol):
    """Takes away what a release made; what is gone already is no error."""

    def restore_endpoint(self, endpoint: str, config: str) -> None:
        """Go back to a configuration, keeping counts; its weights count, not those reached."""

    def delete_endpoint(self, endpoint: str) -> None:
        """Delete an endpoint."""

    def delete_config(self, name: str) -> None:
        """Delete an endpoint configuration."""

    def delete_model(self, name: str) -> None:
        """Delete a model."""


class LogGroups(Protocol):
    """Where the containers of endpoints write."""

    def prepare(self, endpoint: str) -> None:
        """Let the endpoint's log be encrypted, if it is new, and forgotten in time."""


class ContainerLog(Protocol):
    """What the containers of an endpoint wrote."""

    def last_lines(self, endpoint: str, variant: str, count: int) -> Sequence[str]:
        """Return the newest lines, the oldest of them first; none if there is no log."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a variant answered, and after how many milliseconds if somebody looked."""

    body: bytes
    content_type: str
    ms: float | None = None


class Invoker(Protocol):
    """Asks a variant."""

    def ask(  # noqa: PLR0913 - the members of one request
        self,
        endpoint: str,
        variant: str,
        *,
        body: bytes,
        content_type: str,
        accept: str,
        inference_id: str,
    ) -> Answer:
        """Return the answer; raise SmokeTestFailed if the model answers with an error."""


class Fleet(Protocol):
    """What the account may have and has."""

    def quota(self, instance_type: str) -> int | None:
        """Return the applied quota `<type> for endpoint usage`; None if AWS tells none."""

    def default_quota(self, instance_type: str) -> int | None:
        """Return AWS's default of that quota; None if AWS tells none."""

    def running(self, instance_type: str) -> int:
        """Return how many instances of the type the account's endpoints have."""
