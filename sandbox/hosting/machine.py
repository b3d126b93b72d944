"""What an endpoint is in, and what it may change to. Pure: no clock, no I/O."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from sandbox.hosting import refusals
from sandbox.hosting.variants import Variant, changed

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.hosting.guardrails import Guardrails


class Status(StrEnum):
    """AWS's statuses of an endpoint that the sandbox reaches."""

    CREATING = "Creating"
    UPDATING = "Updating"
    ROLLING_BACK = "RollingBack"
    IN_SERVICE = "InService"
    DELETING = "Deleting"
    FAILED = "Failed"
    UPDATE_ROLLBACK_FAILED = "UpdateRollbackFailed"

    @property
    def in_event(self) -> str:
        """The same status as events spell it."""
        return self.name


_IN_PROGRESS = {Status.CREATING, Status.UPDATING, Status.ROLLING_BACK, Status.DELETING}


@dataclass(frozen=True)
class Activity:
    """What a deployment is doing, in the words of VariantStatus."""

    status: str
    since: datetime
    message: str | None = None


@dataclass
class Pending:
    """A deployment of a configuration under way.

    Attributes
    ----------
    guardrails
        How traffic shifts to the new fleet; None if it does all at once and without a bake.
    active
        How many instances of the new fleet take traffic, by variant.
    """

    config_name: str
    variants: tuple[Variant, ...]
    started: datetime
    guardrails: Guardrails | None = None
    activity: Activity | None = None
    active: dict[str, int] = field(default_factory=dict)

    def share(self, variant: Variant) -> float:
        """Return the share of a variant's traffic that goes to the new fleet."""
        return self.active.get(variant.name, 0) / max(variant.desired_count, 1)


@dataclass
class Endpoint:
    """An endpoint and its changes of status; each method is one, or the refusal of one."""

    name: str
    arn: str
    created: datetime
    modified: datetime
    status: Status = Status.CREATING
    config_name: str = ""
    variants: tuple[Variant, ...] = ()
    pending: Pending | None = None
    failure: str | None = None
    changes: int = field(default=0)

    @classmethod
    def create(
        cls, name: str, arn: str, config_name: str, variants: tuple[Variant, ...], now: datetime
    ) -> Endpoint:
        """Return an endpoint that is being created."""
        pending = Pending(config_name, variants, now)
        return cls(name, arn, now, now, config_name=config_name, pending=pending, changes=1)

    def require_changeable(self) -> None:
        """Refuse a change while another one is under way, or after a failed creation."""
        if self.status in _IN_PROGRESS:
            raise refusals.in_progress(self.arn)
        if self.status in (Status.FAILED, Status.UPDATE_ROLLBACK_FAILED):
            raise refusals.failed_endpoint(self.arn, str(self.status))

    def update(
        self,
        config_name: str,
        variants: tuple[Variant, ...],
        now: datetime,
        guardrails: Guardrails | None = None,
    ) -> None:
        """Begin to deploy another configuration; the present fleet goes on serving."""
        self.require_changeable()
        self.pending = Pending(config_name, variants, now, guardrails)
        self._become(Status.UPDATING, now)
        self.changes += 1

    def change(self, wanted: list[dict[str, Any]], now: datetime) -> None:
        """Begin to change weights, or the count of one variant."""
        self.require_changeable()
        self.variants = changed(self.variants, wanted, self.arn)
        self._become(Status.UPDATING, now)
        self.changes += 1

    def succeed(self, now: datetime) -> None:
        """End the change: what was wanted is what is."""
        if self.pending is not None:
            self.config_name, self.variants = self.pending.config_name, self.pending.variants
            self.pending = None
        self.variants = tuple(variant.settled() for variant in self.variants)
        self.failure = None
        self._become(Status.IN_SERVICE, now)

    def fail(self, reason: str, now: datetime) -> None:
        """End the change without success: a new endpoint has failed, an older one goes back."""
        self.failure = reason
        self.pending = None
        self.variants = tuple(variant.given_up() for variant in self.variants)
        creating = self.status is Status.CREATING
        self._become(Status.FAILED if creating else Status.ROLLING_BACK, now)

    def rolled_back(self, now: datetime) -> None:
        """Be in service again, with the old configuration and the reason beside it."""
        self._become(Status.IN_SERVICE, now)

    def roll_back_failed(self, now: datetime) -> None:
        """Stay between two configurations; a person has to look."""
        self._become(Status.UPDATE_ROLLBACK_FAILED, now)

    def require_deletable(self) -> None:
        """Refuse a deletion while a change is under way."""
        if self.status in _IN_PROGRESS:
            raise refusals.in_progress(self.arn)

    def delete(self, now: datetime) -> None:
        """Begin to delete."""
        self.require_deletable()
        self._become(Status.DELETING, now)

    def _become(self, status: Status, now: datetime) -> None:
        self.status, self.modified = status, now
