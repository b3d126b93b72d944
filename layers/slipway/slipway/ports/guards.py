"""What watches and scales an endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime


class Scaling(Protocol):
    """Target tracking of variants."""

    def register(self, target: Mapping[str, Any], policy: Mapping[str, Any]) -> None:
        """Register a scalable target and put its policy."""

    def deregister(self, resource_id: str) -> None:
        """Deregister a variant's target with its policies."""


class Bounds(Protocol):
    """Limits of scaling, and whether it acts."""

    def set_bounds(self, target: Mapping[str, Any]) -> None:
        """Register a scalable target anew; its policy stays as it is."""


class ScalingActivities(Protocol):
    """What scaling did, and what it could not do."""

    def last_failure(self, resource_id: str, since: datetime) -> str:
        """Return why the newest change of a variant failed; empty unless it did, since then."""


class Guards(Protocol):
    """Alarms and dashboards."""

    def put_alarms(self, alarms: Iterable[Mapping[str, Any]]) -> None:
        """Create or replace alarms."""

    def delete_alarms(self, names: Sequence[str]) -> None:
        """Delete alarms; those that do not exist are no error."""

    def put_dashboard(self, name: str, body: str) -> None:
        """Create or replace a dashboard; raise DashboardRefused or ServiceBusy if it is not."""

    def delete_dashboard(self, name: str) -> None:
        """Delete a dashboard; one that does not exist is no error."""


class AlarmReader(Protocol):
    """The level of alarms: their events tell edges only."""

    def alarms_in_alarm(self, names: Sequence[str]) -> Mapping[str, str]:
        """Return those of the alarms that are in ALARM, each with CloudWatch's reason."""


class AlarmRinger(Protocol):
    """Alarms that are to ring anew if they still have a reason."""

    def in_alarm(self, prefix: str) -> Sequence[str]:
        """Return the alarms in ALARM whose names begin so."""

    def ring_again(self, name: str, reason: str) -> None:
        """Take an alarm's state back, so that its next evaluation is a change."""
