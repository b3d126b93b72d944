"""How long a burst's claim is held. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.capacity.claims import BURST, Claim

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from slipway.domain.capacity.burst import Wanted


def burst_claim(wanted: Wanted, *, by: str, now: datetime, hold: timedelta) -> Claim:
    """Return the claim that holds what is wanted."""
    return Claim(BURST, wanted.floor, (now + hold).isoformat(), now.isoformat(), by=by)


def still_needed(claim: Claim, wanted: Wanted, *, fewest: int, ringing: bool) -> bool:
    """Tell whether a claim is to last longer, or to rise.

    It is while the alarm rings or demand presses on the instances that serve. What these carry,
    target tracking keeps; a claim that went by how full they are would follow the rhythm of the
    day for hours.

    Parameters
    ----------
    fewest : int
        The spec's: a claim of no more holds nothing.
    """
    return (ringing or wanted.pressing) and max(claim.floor, wanted.floor) > fewest
