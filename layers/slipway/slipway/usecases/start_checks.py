"""Have every endpoint looked at, each by an execution of its own."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from slipway.usecases.reference import ReleaseRef
from slipway.usecases.tell_rest import tell_failure

if TYPE_CHECKING:
    from slipway.domain.lease import EndpointRecord
    from slipway.ports import Announcer, Clock, EndpointBook, Starter

_DIGEST = 24


def start_checks(  # noqa: PLR0913 - the ports, and two workflows
    *,
    ledger: EndpointBook,
    starter: Starter,
    announcer: Announcer,
    machine: str,
    rest: str,
    clock: Clock,
) -> dict[str, int]:
    """Start a look at each endpoint that serves; repeated on the same day it starts none twice.

    One that should be awake by now is woken, and people are told: somebody may have taken its
    schedule away, and no other workflow looks at an endpoint that sleeps.

    Parameters
    ----------
    machine, rest : str
        ARNs of the reconcile and of the rest workflow.
    """
    now = clock.now()
    day = now.date().isoformat()
    serving = [record for record in ledger.list_endpoints() if record.live]
    overdue = [record for record in serving if record.asleep and record.asleep.overdue(now)]
    for record in overdue:
        payload = {"endpoint": record.name, "action": "wake"}
        starter.start(rest, f"overdue-{_digest(record, day)}", payload)
        _shout(record, rest, announcer)
    for record in serving:
        look = {"endpoint": record.name, "check": True}
        starter.start(machine, f"check-{_digest(record, day)}", look)
    return {"started": len(serving), "overdue": len(overdue)}


def _digest(record: EndpointRecord, day: str) -> str:
    return hashlib.sha256(f"{record.name}\n{day}".encode()).hexdigest()[:_DIGEST]


def _shout(record: EndpointRecord, rest: str, announcer: Announcer) -> None:
    if record.live is None or record.asleep is None:
        return
    problem = f"it was due at {record.asleep.until}, nothing woke it, and it is woken now"
    ref = ReleaseRef("", rest, record.name, record.live.release)
    tell_failure(record, "wake", problem, ref, announcer)
