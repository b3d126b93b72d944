"""Schedules in their groups."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.events.schedules.schedule import Schedule

DEFAULT_GROUP = "default"


@dataclass
class Group:
    """A group of schedules; deleting it deletes them."""

    name: str
    arn: str
    created: datetime
    tags: dict[str, str] = field(default_factory=dict)
    schedules: dict[str, Schedule] = field(default_factory=dict)

    def describe(self) -> dict[str, Any]:
        """Return it as GetScheduleGroup does."""
        return {
            "Arn": self.arn,
            "Name": self.name,
            "State": "ACTIVE",
            "CreationDate": self.created,
            "LastModificationDate": self.created,
        }


class Groups:
    """All groups, among them the default one."""

    def __init__(self, place: str, now: datetime) -> None:
        self._place = place
        self._groups: dict[str, Group] = {}
        self.create(DEFAULT_GROUP, {}, now)

    def create(self, name: str, tags: dict[str, str], now: datetime) -> Group:
        """Make a group."""
        if name in self._groups:
            raise AwsError("ConflictException", f"Schedule group {name} already exists.", 409)
        arn = f"arn:aws:scheduler:{self._place}:schedule-group/{name}"
        self._groups[name] = Group(name, arn, now, tags)
        return self._groups[name]

    def get(self, name: str | None) -> Group:
        """Return a group, the default one without a name."""
        group = self._groups.get(name or DEFAULT_GROUP)
        if group is None:
            message = f"Schedule group {name} does not exist."
            raise AwsError("ResourceNotFoundException", message, 404)
        return group

    def schedule(self, group: str | None, name: str) -> Schedule:
        """Return a schedule."""
        found = self.get(group).schedules.get(name)
        if found is None:
            message = f"Schedule {name} does not exist."
            raise AwsError("ResourceNotFoundException", message, 404)
        return found

    def delete(self, name: str) -> list[Schedule]:
        """Delete a group and return the schedules that went with it."""
        group = self.get(name)
        if name == DEFAULT_GROUP:
            message = "The default schedule group cannot be deleted."
            raise AwsError("ValidationException", message)
        del self._groups[name]
        return list(group.schedules.values())

    def by_arn(self, arn: str) -> Group:
        """Return a group by its ARN."""
        return self.get(arn.rpartition("/")[2])

    def listed(self, prefix: str = "") -> list[Group]:
        """List groups in the order of their names."""
        found = sorted(self._groups.items())
        return [group for name, group in found if name.startswith(prefix)]
