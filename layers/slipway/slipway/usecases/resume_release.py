"""Wake the release that waits for an endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slipway.ports import EndpointReader, TokenBook, Waker

_MOVING = frozenset({"Creating", "Updating", "SystemUpdating", "RollingBack", "Deleting"})


def resume_release(
    endpoint: str, *, tokens: TokenBook, endpoints: EndpointReader, waker: Waker
) -> bool:
    """Finish the waiting task, if there is one; tell whether somebody was woken.

    The event says only that something happened: it may be late or a repetition, of a change
    before the one that is waited for. So nobody is woken while the endpoint changes: the end of
    that change is an event as well. What the woken release does next is look at the endpoint.
    """
    state = endpoints.describe(endpoint)
    if state and state.status in _MOVING:
        return False
    token = tokens.take_token(endpoint)
    return bool(token) and waker.wake(token)
