"""A caller met an endpoint that sleeps, and asks to wake it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from slipway.domain.naming import InvalidEndpointName, check_endpoint_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from slipway.ports import Clock, EndpointBook, Starter


@dataclass(frozen=True, slots=True)
class WakeAnswer:
    """What the caller is told.

    Parameters
    ----------
    status : int
        The HTTP status: 200 if it serves, 202 if it wakes, 404 if there is none.
    ready_at : str
        When it will probably serve, ISO 8601 in UTC.
    """

    status: Literal[200, 202, 404]
    endpoint: str
    state: str
    ready_at: str = ""
    retry_after_seconds: int = 0

    def as_http(self) -> dict[str, Any]:
        """Return the answer as a function URL takes it."""
        body = asdict(self)
        headers = {"content-type": "application/json"}
        if self.retry_after_seconds:
            headers["retry-after"] = str(self.retry_after_seconds)
        return {"statusCode": body.pop("status"), "headers": headers, "body": json.dumps(body)}


def asked_for(event: Mapping[str, Any]) -> str:
    """Return the endpoint that an HTTP request names, by its path or by `?endpoint=`."""
    query = event.get("queryStringParameters")
    named = query.get("endpoint") if isinstance(query, dict) else None
    return str(named or event.get("rawPath") or "").strip("/")


def request_wake(
    endpoint: str, *, ledger: EndpointBook, starter: Starter, clock: Clock, machine: str
) -> WakeAnswer:
    """Start the rest workflow, once however many ask, and say when it will be ready.

    Parameters
    ----------
    machine : str
        ARN of the rest workflow.
    """
    now = clock.now()
    if not _may_exist(endpoint):
        return WakeAnswer(404, endpoint, "unknown")
    record = ledger.read_endpoint(endpoint)
    if record.live is None:
        return WakeAnswer(404, endpoint, "unknown")
    if record.asleep is None:
        return WakeAnswer(200, endpoint, record.state)
    night = f"{endpoint}\n{record.asleep.since}\n{record.asleep.failures}"
    name = f"wake-{hashlib.sha256(night.encode()).hexdigest()[:24]}"
    # After a wake that failed nobody holds the lease, and the next try may be minutes away.
    wakes = record.asleep.phase == "waking" and record.lease is not None
    if not wakes:
        starter.start(machine, name, {"endpoint": endpoint, "action": "wake"})
    ready = record.asleep.ready_at(now, record.provisioning, wakes=wakes)
    return WakeAnswer(202, endpoint, "waking", ready.isoformat(), _seconds(now, ready))


def _may_exist(endpoint: str) -> bool:
    try:
        check_endpoint_name(endpoint)
    except InvalidEndpointName:
        return False
    return True


def _seconds(now: datetime, ready: datetime) -> int:
    return max(int((ready - now).total_seconds()), 1)
