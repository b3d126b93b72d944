"""End a drop that changes nothing: the live release serves these very bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slipway.errors import ReleaseUnknown
from slipway.ports import (
    Announcer,
    Clock,
    DropBook,
    EndpointBook,
    ForgetfulReleaseBook,
    Starter,
    TokenBin,
)
from slipway.usecases.hand_over import hand_over

if TYPE_CHECKING:
    from slipway.usecases.reference import ReleaseRef


class ForgettingBook(DropBook, EndpointBook, ForgetfulReleaseBook, TokenBin, Protocol):
    """The parts of the ledger that a drop without a change touches."""


def forget_drop(
    ref: ReleaseRef,
    *,
    ledger: ForgettingBook,
    starter: Starter,
    announcer: Announcer,
    clock: Clock,
) -> dict[str, str]:
    """Close the object version as unchanged, pass the lease on, forget the release."""
    try:
        drop = ledger.read_release(ref.endpoint, ref.release).drop
    except ReleaseUnknown:
        # Taken out last, by a first call whose reply was lost.
        return {"outcome": "unchanged", "handed_to": ""}
    ledger.close_drop(drop, "unchanged", "The live release serves these very bytes")
    now = clock.now().isoformat()
    handed = hand_over(ref, None, ledger=ledger, starter=starter, announcer=announcer, now=now)
    ledger.forget_release(ref.endpoint, ref.release)
    return {"outcome": "unchanged", "handed_to": handed}
