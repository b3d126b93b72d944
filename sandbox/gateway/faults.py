"""Faults to inject: which calls fail, how, and how often."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from sandbox.gateway.entries import WITH_ENTRIES
from sandbox.injecting import Injections

if TYPE_CHECKING:
    from sandbox.gateway.calls import Principal

# What a service answers when it is at fault itself; every other error blames the caller.
_SERVER_ERRORS = {
    "InternalFailure": 500,
    "InternalServerError": 500,
    "InternalError": 500,
    "InternalException": 500,
    "InternalServerException": 500,
    "InternalServiceError": 500,
    "InternalServiceException": 500,
    "ServiceException": 500,
    "ServiceUnavailable": 503,
    "ServiceUnavailableException": 503,
    "SlowDown": 503,
}
_CALLERS_FAULT = 400


@dataclass
class Fault:
    """One fault, in the form that the sandbox's HTTP interface takes.

    Attributes
    ----------
    service, operation
        botocore's names; `*` for every operation.
    error, message
        What to answer instead of carrying the call out; no error with `lose_reply` or a delay.
    times
        How many calls to hit; None for all.
    carry_out
        Carry the call out before answering the error: what was to go is gone already.
    skip
        How many calls to let through first.
    role
        Hits only the calls of roles whose name begins so; None for everyone's.
    attempts
        Hits only so many of a client's first attempts at each call; None for all of them.
    delay_seconds
        Sandbox seconds to wait before anything else.
    lose_reply
        Carry the call out, then break the connection instead of answering.
    lose_request
        Break the connection without carrying the call out.
    fail_entries
        Answer 200, but that each entry of the request failed.
    """

    service: str
    operation: str
    error: str | None = None
    message: str = "Injected by the sandbox."
    times: int | None = 1
    delay_seconds: float = 0.0
    lose_reply: bool = False
    lose_request: bool = False
    fail_entries: bool = False
    carry_out: bool = False
    skip: int = 0
    role: str | None = None
    attempts: int | None = None

    @property
    def status(self) -> int:
        """The HTTP status of the error."""
        return _SERVER_ERRORS.get(self.error or "", _CALLERS_FAULT)

    def matches(self, service: str, operation: str, principal: Principal, attempt: int = 1) -> bool:
        """Tell whether the fault is for this attempt at a call."""
        if self.service != service or self.operation not in (operation, "*"):
            return False
        if self.attempts is not None and attempt > self.attempts:
            return False
        name = principal.arn.rpartition("/")[2]
        return self.role is None or (not principal.is_admin and name.startswith(self.role))


class Faults(Injections[Fault]):
    """The faults that still wait for their calls."""

    def add(self, fault: Fault) -> None:
        """Inject a fault, after those already there for the same call."""
        if fault.times is not None and fault.times < 1:
            raise ValueError(f"`times` must be at least 1, not {fault.times}.")
        if fault.skip < 0:
            raise ValueError(f"`skip` must be at least 0, not {fault.skip}.")
        if fault.attempts is not None and fault.attempts < 1:
            raise ValueError(f"`attempts` must be at least 1, not {fault.attempts}.")
        if fault.fail_entries and (fault.service, fault.operation) not in WITH_ENTRIES:
            raise ValueError(f"{fault.service}:{fault.operation} takes no entries.")
        super().add(fault)

    def take(
        self, service: str, operation: str, principal: Principal, attempt: int = 1
    ) -> Fault | None:
        """Return the fault that hits this attempt at a call, and count it down."""
        return self._meet(lambda fault: fault.matches(service, operation, principal, attempt))

    def as_list(self) -> list[dict[str, Any]]:
        """Return the waiting faults."""
        return [asdict(fault) for fault in self._waiting]
