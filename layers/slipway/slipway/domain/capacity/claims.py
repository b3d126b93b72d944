"""Who wants how many instances: every floor is somebody's claim, and the highest one wins."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

RELEASE = "release"
BURST = "burst"
REST = "rest"
REFUSED = "refused"
"""What AWS refuses, of the type that serves: nobody's wish, and the limit of all of them."""
EVENT_PREFIX = "event:"

Claims = tuple["Claim", ...]


@dataclass(frozen=True, slots=True)
class Claim:
    """A number of instances that somebody wants at least, for a while.

    Parameters
    ----------
    source : str
        Who wants it: ``release``, ``burst``, ``event:<name>``, ``rest``. Each has one claim.
    floor : int
        The fewest instances, 0 for a claim that only holds the maximum down.
    until : str
        When it ends, ISO 8601 with an offset; empty for one that lasts until it is dropped.
    since : str
        When it began, likewise.
    ceiling : int
        The most instances; 0 says nothing about them. No ceiling brings down another one's floor.
    by : str
        The execution that holds it; empty for one that no execution does.
    cap : int
        The most instances that are asked for at all, because AWS refuses more; 0 for no limit. It
        brings down every floor.
    words : str
        Why AWS refuses.
    usual : float
        The instances that an event's factor is of, as they were counted first; 0 if it has none.
    told : str
        What people heard is missing of it, in one word each; or what is done about a refusal.
    """

    source: str
    floor: int
    until: str
    since: str
    ceiling: int = 0
    by: str = ""
    cap: int = 0
    words: str = ""
    told: str = ""
    usual: float = 0.0

    def lasts(self, now: datetime) -> bool:
        """Tell whether the claim still counts."""
        return not self.until or datetime.fromisoformat(self.until) > now


class Limits(NamedTuple):
    """Between which counts a variant scales."""

    fewest: int
    most: int


def put(claims: Claims, claim: Claim) -> Claims:
    """Return the claims with this one in the place of its source's earlier one."""
    return (*drop(claims, claim.source), claim)


def extend(claims: Claims, claim: Claim, now: datetime) -> Claims:
    """Return the claims with this one added to its source's earlier one: never lower nor shorter.

    So a repeated alarm makes one claim longer and never a second one.
    """
    found = next((each for each in prune(claims, now) if each.source == claim.source), None)
    if found is None:
        return put(claims, claim)
    longer = replace(
        claim,
        floor=max(found.floor, claim.floor),
        until=_later(found.until, claim.until),
        since=found.since,
    )
    return put(claims, longer)


def drop(claims: Claims, source: str) -> Claims:
    """Return the claims without that source's."""
    return tuple(each for each in claims if each.source != source)


def prune(claims: Claims, now: datetime) -> Claims:
    """Return the claims that still count."""
    return tuple(each for each in claims if each.lasts(now))


def of_source(claims: Iterable[Claim], source: str) -> Claim | None:
    """Return a source's claim, which may be over, or None."""
    return next((each for each in claims if each.source == source), None)


def highest_floor(claims: Claims, now: datetime) -> int:
    """Return the most instances that anybody wants at least; 0 if nobody claims any."""
    return max((each.floor for each in prune(claims, now)), default=0)


def bounds(claims: Claims, fewest: int, most: int, now: datetime) -> Limits:
    """Return the limits that all claims together leave to scaling.

    Parameters
    ----------
    fewest, most : int
        The spec's limits, the latter within the budget: no claim leads out of them.

    Example
    -------
    >>> from datetime import UTC
    >>> burst = Claim("burst", 7, "2026-01-01T10:15:00+00:00", "2026-01-01T10:00:00+00:00")
    >>> bounds((burst,), 2, 10, datetime(2026, 1, 1, 10, 5, tzinfo=UTC))
    Limits(fewest=7, most=10)
    """
    lasting = prune(claims, now)
    refused = refusal(lasting, now)
    # The fewest are what the endpoint is meant to have, whatever AWS says to more.
    granted = min(most, max(refused.cap, fewest)) if refused else most
    floor = min(max(fewest, highest_floor(lasting, now)), granted)
    ceilings = [each.ceiling for each in lasting if each.ceiling > 0]
    return Limits(floor, max(floor, min([granted, *ceilings])))


def refusal(claims: Claims, now: datetime) -> Claim | None:
    """Return what AWS refuses as long as that counts, or None."""
    found = of_source(claims, REFUSED)
    return found if found and found.lasts(now) else None


def _later(one: str, other: str) -> str:
    if not one or not other:
        return ""
    return max(one, other, key=datetime.fromisoformat)
