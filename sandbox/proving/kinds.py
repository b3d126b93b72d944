"""The ways in which calls fail, in each service's own words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.gateway import WITH_ENTRIES, Fault
from sandbox.proving.conditions import CAPACITY, IN_PROGRESS, NOT_FOUND
from sandbox.proving.words import BROKEN, DENIED, REFUSED, THROTTLED, Words

if TYPE_CHECKING:
    from sandbox.proving.calls import CallSite

KINDS = (
    "throttled",
    "server error",
    "refused",
    "capacity",
    "not found",
    "access denied",
    "in progress",
    "entries fail",
    "never arrives",
    "reply lost",
)
# Nothing is answered, or nothing that says it failed.
_WORDLESS = {"entries fail", "never arrives", "reply lost"}
_BY_CALL = {"capacity": CAPACITY, "not found": NOT_FOUND, "in progress": IN_PROGRESS}
_REMOVALS = ("Delete", "Deregister")
# How long Slipway's clients wait for a connection.
_CONNECTING = 5.0


def fault_of(site: CallSite, kind: str, times: int | None) -> Fault | None:
    """Return a fault that hits a call in some way; None where the service never fails so.

    Parameters
    ----------
    times
        How many calls of the site's operation by its role fail, from the site on; None for all.
    """
    words = None if kind in _WORDLESS else _words(site, kind)
    if words is None and kind not in _WORDLESS:
        return None
    if kind == "entries fail" and (site.service, site.operation) not in WITH_ENTRIES:
        return None
    return _fault(site, kind, times, words)


def _words(site: CallSite, kind: str) -> Words | None:
    service, operation = site.service, site.operation
    match kind:
        case "throttled":
            return THROTTLED.get(service, Words("ThrottlingException", "Rate exceeded"))
        case "server error":
            return Words(BROKEN.get(service, "InternalFailure"), "The service failed.")
        case "refused":
            default = Words("ValidationException", "1 validation error detected.")
            return REFUSED.get(service, default)
        case "access denied":
            code = DENIED.get(service, "AccessDeniedException")
            return Words(code, f"Not authorized to perform: {service}:{operation}")
        case _:
            return _BY_CALL[kind].get((service, operation))


def _fault(site: CallSite, kind: str, times: int | None, words: Words | None) -> Fault:
    return Fault(
        site.service,
        site.operation,
        error=words.code if words else None,
        message=words.message if words else "",
        times=times,
        delay_seconds=_CONNECTING if kind == "never arrives" else 0.0,
        lose_reply=kind == "reply lost",
        lose_request=kind == "never arrives",
        fail_entries=kind == "entries fail",
        # Nobody answers "not found" to the deletion of what is there: it went the moment before.
        carry_out=kind == "not found" and site.operation.startswith(_REMOVALS),
        skip=site.nth,
        role=f"{site.role}-",
    )
