"""What is missing of an event's instances, and when people hear of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from slipway.domain.scaling import resource_id

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.capacity.claims import Claim
    from slipway.domain.capacity.events import Announced
    from slipway.ports import ScalingActivities
    from slipway.usecases.apply_floor import Applied

Missing = Literal["", "limited", "refused", "late"]


class Shortage(NamedTuple):
    """What is missing.

    Parameters
    ----------
    missing : str
        `limited`: the spec's limits allow fewer. `refused`: AWS does. `late`: they have not come
        yet, and may.
    """

    missing: Missing = ""
    words: str = ""

    def is_news(self, claim: Claim, event: Announced, now: datetime) -> bool:
        """Tell whether people have to hear of it, and have not yet.

        They hear early of what the limits take away and AWS refuses, and of what is late when it
        has to be there: whichever look comes first, for any of them may get lost.
        """
        told = claim.told.split()
        if not self.missing or self.missing in told:
            return False
        return self.missing != "late" or (now >= event.begins and "refused" not in told)


def shortage_of(
    event: Announced,
    claim: Claim,
    applied: Applied,
    refused: Claim | None,
    where: tuple[str, ScalingActivities, datetime],
) -> Shortage:
    """Return what is missing, and why as far as scaling knows.

    Parameters
    ----------
    refused : Claim, optional
        What AWS refuses of this event's instances.
    where : tuple
        The endpoint, what scaling did, and since when that has to do with the event.
    """
    endpoint, activities, since = where
    words = f"{event.name} wants {claim.floor} instances of {endpoint}"
    if refused:
        return Shortage("refused", f"{words} and {applied.current} serve: {refused.words}")
    if not applied.variant:
        return Shortage("late", f"{words}: {applied.reason}")
    # Whether they are there already is another matter.
    if 0 < applied.most < claim.floor:
        most = f"{words}, and {applied.most} are the most that its limits allow"
        return Shortage("limited", most)
    if applied.arrived:
        return Shortage()
    failure = activities.last_failure(resource_id(endpoint, applied.variant), since)
    serving = f"{words} and {applied.current} serve"
    return Shortage("late", serving + (f": {failure}" if failure else ""))
