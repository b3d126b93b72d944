"""Everything that an endpoint is made of, to take it away and bring it back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class EndpointMirror(Protocol):
    """What an endpoint is made of, as the requests that make it again."""

    def tags(self, endpoint: str) -> Mapping[str, str]:
        """Return the endpoint's own tags; none if it does not exist."""

    def config(self, name: str) -> Mapping[str, Any]:
        """Return the arguments of CreateEndpointConfig; raise EndpointMissing if it is gone."""

    def scaling(
        self, resource_id: str
    ) -> tuple[Sequence[Mapping[str, Any]], Sequence[Mapping[str, Any]]]:
        """Return the arguments of RegisterScalableTarget and of each PutScalingPolicy."""

    def actions(self, resource_id: str) -> Sequence[Mapping[str, Any]]:
        """Return the arguments of each PutScheduledAction, moments as ISO 8601."""

    def alarms(self, prefix: str) -> Sequence[Mapping[str, Any]]:
        """Return the arguments of PutMetricAlarm for alarms whose names begin so."""


class ScalingRestorer(Protocol):
    """Makes scaling as it was."""

    def set_bounds(self, target: Mapping[str, Any]) -> None:
        """Register a scalable target."""

    def put_policy(self, policy: Mapping[str, Any]) -> None:
        """Put a scaling policy; replaces the one of its name."""

    def put_action(self, action: Mapping[str, Any]) -> None:
        """Put a scheduled action; replaces the one of its name."""
