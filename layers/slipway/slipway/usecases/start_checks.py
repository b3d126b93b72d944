"""Have every endpoint looked at, each by an execution of its own."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slipway.ports import Clock, EndpointBook, Starter

_DIGEST = 24


def start_checks(
    *, ledger: EndpointBook, starter: Starter, machine: str, clock: Clock
) -> dict[str, int]:
    """Start a look at each endpoint that serves; repeated on the same day it starts none twice.

    Parameters
    ----------
    machine : str
        ARN of the reconcile workflow.
    """
    day = clock.now().date().isoformat()
    serving = [record.name for record in ledger.list_endpoints() if record.live]
    for name in serving:
        digest = hashlib.sha256(f"{name}\n{day}".encode()).hexdigest()[:_DIGEST]
        starter.start(machine, f"check-{digest}", {"endpoint": name, "check": True})
    return {"started": len(serving)}
