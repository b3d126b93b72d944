"""The way down after a known event. Pure.

MaxCapacity follows the demand, because target tracking scales in slowly, and is restored as soon as
there is nothing more to gain.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import ceil
from typing import TYPE_CHECKING, NamedTuple

from slipway.domain.capacity.claims import Claim

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.capacity.burst import Point
    from slipway.domain.capacity.events import Announced

# How long without falling further.
STEADY = timedelta(minutes=15)
# How much less there has to be before the maximum comes down to what is needed: noise must not move
# it up and down.
EASE = 1.05
# Minutes that make a trend.
_TREND = 3
# A rise beyond this is more than noise: the event goes on, or something else begins.
RISE_SHARE = 1.1


@dataclass(frozen=True, slots=True)
class Look:
    """What follows from the demand after an event.

    Parameters
    ----------
    claim : Claim, optional
        What holds MaxCapacity down; None once it is to be restored.
    """

    claim: Claim | None
    reason: str


class Load(NamedTuple):
    """What the demand needs after an event.

    Parameters
    ----------
    needed : float
        Instances for the newest minute, not rounded.
    falling : bool
        Whether it falls so fast that by now it is less than that by more than noise.
    """

    needed: float
    falling: bool = False


def load_of(minutes: Sequence[Point], now: float) -> Load | None:
    """Return the load that minutes tell, the oldest first; None if there are none.

    It falls where each of the last two minutes had so much less than the one before that the
    demand has lost `EASE` since the newest one: noise seldom goes down twice.
    """
    if not minutes:
        return None
    newest = minutes[-1]
    lost = [one.value - other.value for one, other in pairwise(minutes[-_TREND:])]
    ago = (now - newest.at) / 60 - 0.5
    falling = len(lost) == _TREND - 1 and min(lost) * ago >= newest.value * (1 - 1 / EASE)
    # One low minute alone is noise.
    needed = newest.value if falling else max(point.value for point in minutes[-2:])
    return Load(needed, falling)


def follow_down(
    event: Announced, before: Claim | None, load: Load | None, fewest: int, now: datetime
) -> Look:
    """Return how far MaxCapacity comes down now that an event is over.

    Parameters
    ----------
    before : Claim, optional
        What the look before decided, or the claim of the event itself at the first one.
    load : Load, optional
        None if nothing was measured, which says nothing about how many are needed.
    fewest : int
        The spec's minimum: there is nothing to gain below it.
    """
    if before is None:
        return Look(None, "nothing holds the maximum down")
    if now >= event.gone:
        return Look(None, "the time to follow the demand down is over")
    if load is None:
        return Look(_ceiling(event, before.ceiling, before.since), "no demand was measured")
    needed, eased = max(_now(load), fewest), max(ceil(load.needed * EASE), fewest)
    eased = needed if load.falling else eased
    if not before.ceiling or eased < before.ceiling:
        words = f"the demand needs {needed} instances now"
        return Look(_ceiling(event, needed, now.isoformat()), words)
    if needed > ceil(before.ceiling * RISE_SHARE):
        return Look(None, f"the demand rises again, to what {needed} instances carry")
    return _stay(event, before, needed, fewest, now)


def _now(load: Load) -> int:
    """Return the instances needed now; a fall may have ended, so a guess takes whole ones only."""
    guess = int(load.needed * (1 - 1 / EASE)) if load.falling else 0
    return ceil(load.needed) - guess


def _stay(event: Announced, before: Claim, needed: int, fewest: int, now: datetime) -> Look:
    ceiling = max(before.ceiling, needed)
    if ceiling <= fewest:
        return Look(None, f"the fleet is down to the fewest instances, {fewest}")
    if now - datetime.fromisoformat(before.since) >= STEADY:
        return Look(None, f"the demand is steady at what {ceiling} instances carry")
    return Look(_ceiling(event, ceiling, before.since), f"{ceiling} instances are still needed")


def _ceiling(event: Announced, ceiling: int, since: str) -> Claim:
    return Claim(event.source, 0, event.gone.isoformat(), since, ceiling)
