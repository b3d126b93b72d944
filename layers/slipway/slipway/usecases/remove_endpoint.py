"""Take an endpoint away whose snapshot is kept."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from slipway.domain.capacity.rest import too_short
from slipway.errors import KeptAwake, LeaseLost
from slipway.ports import EndpointReader
from slipway.usecases.hold_rest import hold_rest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.capacity.rest import Asleep
    from slipway.ports import Clock, EndpointBook
    from slipway.usecases.reference import ReleaseRef


class EndpointDeleter(EndpointReader, Protocol):
    """Deletes endpoints."""

    def delete_endpoint(self, endpoint: str) -> None:
        """Delete an endpoint; one that is gone is no error."""


def remove_endpoint(
    ref: ReleaseRef, *, ledger: EndpointBook, endpoints: EndpointDeleter, clock: Clock
) -> dict[str, bool]:
    """Ask SageMaker to delete the endpoint; tell whether it is gone.

    Raises
    ------
    LeaseLost
        If there is no snapshot: what goes now would never come back.
    EndpointBusy
        If SageMaker changes the endpoint right now; the workflow tries again.
    KeptAwake
        If it would have to wake before it has slept: what was throttled may come late.
    """
    now = clock.now()
    record = hold_rest(ref, ledger=ledger, now=now.isoformat())
    if record.asleep is None or record.asleep.phase != "falling":
        raise LeaseLost(f"Endpoint {ref.endpoint} does not fall asleep any more")
    state = endpoints.describe(ref.endpoint)
    if state is None:
        return {"gone": True}
    if state.status != "Deleting":
        _require_night(record.asleep, record.provisioning, now)
        endpoints.delete_endpoint(ref.endpoint)
    return {"gone": False}


def _require_night(asleep: Asleep, measured: Sequence[int], now: datetime) -> None:
    if asleep.until and too_short(datetime.fromisoformat(asleep.until) - now, measured):
        raise KeptAwake(f"It is due to wake at {asleep.until} already, before it has slept")
