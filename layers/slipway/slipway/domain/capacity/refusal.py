"""What AWS refuses is not asked for again for a while. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from slipway.domain.capacity.claims import REFUSED, Claim

if TYPE_CHECKING:
    from datetime import datetime

# Quotas are raised and instances come free: then all of it is asked for again.
LASTS = timedelta(minutes=15)
# A shortage takes AWS half an hour to admit, and all the while nothing else can change: another
# type comes first, and fewer of this one only where there is none.
ELSEWHERE = "elsewhere"


def refusal_of(
    asked: int, desired: int, words: str, now: datetime, *, elsewhere: bool = False
) -> Claim:
    """Return the claim that keeps scaling from asking for what AWS refused.

    Parameters
    ----------
    asked : int
        The instances that AWS refused.
    desired : int
        Those that scaling has been granted: a cap never takes any of them away.
    words : str
        AWS's own.
    elsewhere : bool
        Whether another type is about to be tried.
    """
    until, since = (now + LASTS).isoformat(), now.isoformat()
    if elsewhere:
        return Claim(REFUSED, 0, until, since, cap=desired, words=words, told=ELSEWHERE)
    return Claim(REFUSED, 0, until, since, cap=less_refused(asked, desired), words=words)


def without_another_type(refused: Claim, asked: int) -> Claim:
    """Return what is refused where no other type helps: some instances are better than none."""
    if refused.told != ELSEWHERE:
        return refused
    return replace(refused, cap=less_refused(asked, refused.cap), told="")


def less_refused(asked: int, desired: int) -> int:
    """Return how many to ask for where AWS refuses: half of what was to be added.

    AWS says no and not how many there are. A floor that it refuses is worse than none, for scaling
    asks for that and nothing less.
    """
    return max(desired, desired + (asked - desired) // 2)
