"""The calls of a scenario, as the gateway recorded them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sandbox.proving.attempt import numbered

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.gateway import CallRecord, Principal

# What AWS's services do themselves in a role's name: Lambda writes logs, SageMaker reads artifacts,
# EventBridge and Scheduler deliver, each with retries of its own.
_SERVICES = {"SageMaker", "EventBridge", "EventBridgeScheduler"}
_LOGGING = {"CreateLogGroup", "CreateLogStream", "PutLogEvents"}


class CallSite(NamedTuple):
    """The n-th call of an operation by a role.

    Attributes
    ----------
    role
        The role's name without what CloudFormation adds to it.
    nth
        Counted from 0.
    """

    role: str
    service: str
    operation: str
    nth: int

    @property
    def what(self) -> tuple[str, str, str]:
        """What is counted."""
        return self[:3]

    @property
    def of_workflow(self) -> bool:
        """Whether a state machine makes it, whose client does not try again by itself."""
        return self.role.endswith("StateMachineRole")

    def __str__(self) -> str:
        return f"{self.role} {self.service}:{self.operation} #{self.nth + 1}"


def calls_of(records: Iterable[CallRecord], roles: Iterable[str] | None = None) -> list[CallSite]:
    """Return the calls that functions and workflows made, in order.

    Parameters
    ----------
    roles
        The roles that count, as `role_of` names them; without it all roles.
    """
    wanted = None if roles is None else set(roles)
    calls = (
        (role_of(record.principal), record.service, record.operation)
        for record in records
        if _counts(record)
    )
    counted = (call for call in calls if wanted is None or call[0] in wanted)
    return [CallSite(*call, nth) for call, nth in numbered(counted)]


def role_of(principal: Principal) -> str:
    """Return a role's name in the template, with the stack's before it: `slipway-JudgeRole`."""
    name = principal.arn.rpartition("/")[2]
    return name.rpartition("-")[0] or name


def _counts(record: CallRecord) -> bool:
    if record.principal.is_admin or record.principal.session in _SERVICES:
        return False
    return not (record.service == "logs" and record.operation in _LOGGING)
