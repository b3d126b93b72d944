"""Wake the release that waits for an endpoint."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slipway.ports import TokenBook, Waker


def resume_release(endpoint: str, *, tokens: TokenBook, waker: Waker) -> bool:
    """Finish the waiting task, if there is one; tell whether somebody was woken.

    The event says only that something happened: it may be early, late, or from scaling. What
    the woken release does next is look at the endpoint.
    """
    token = tokens.take_token(endpoint)
    return bool(token) and waker.wake(token)
