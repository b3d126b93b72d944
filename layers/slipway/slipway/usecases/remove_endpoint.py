"""Take an endpoint away whose snapshot is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slipway.errors import LeaseLost
from slipway.ports import EndpointReader
from slipway.usecases.hold_rest import hold_rest

if TYPE_CHECKING:
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
    """
    record = hold_rest(ref, ledger=ledger, now=clock.now().isoformat())
    if record.asleep is None or record.asleep.phase != "falling":
        raise LeaseLost(f"Endpoint {ref.endpoint} does not fall asleep any more")
    state = endpoints.describe(ref.endpoint)
    if state is None:
        return {"gone": True}
    if state.status != "Deleting":
        endpoints.delete_endpoint(ref.endpoint)
    return {"gone": False}
