"""How many instances both sides of a release need, as demand changes on the way."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

# The canary's share of the requests is a matter of chance in every minute, and a small fleet
# evens out less than a large one.
HEADROOM_PERCENT = 120
_WHOLE = 100
_HALF = 50


def canary_instances(weight: int, fleet: int, *, most: int | None = None) -> int:
    """Return how many instances the canary needs before it gets its share.

    Its share of a fleet that carries all of the demand, with headroom; never more than that
    fleet, which is sized by scaling and has headroom of its own.

    Parameters
    ----------
    weight : int
        Its share of the requests in percent, 0 to 100.
    fleet : int
        Instances that carry the whole demand now.
    most : int, optional
        The highest count that scaling, and so the budget, allows.

    Example
    -------
    >>> [canary_instances(weight, 10) for weight in (0, 5, 25, 50, 100)]
    [1, 1, 3, 6, 10]
    """
    needed = -(-weight * fleet * HEADROOM_PERCENT // (_WHOLE * _WHOLE))
    return max(1, min(needed, fleet, most or fleet))


@dataclass(frozen=True, slots=True)
class Sizes:
    """The instances of both sides when a step began, and what they were reckoned from.

    Parameters
    ----------
    began : int
        Instances of what serves when the canary was added.
    whole : int
        Instances of what serves that carry all of the demand.
    baseline, canary : int
        Instances that both sides were given.
    """

    began: int
    whole: int
    baseline: int
    canary: int

    @classmethod
    def first(cls, count: int, canary: int) -> Self:
        """Return the sizes of an endpoint whose demand `count` instances carry."""
        return cls(count, count, count, canary)

    @classmethod
    def from_dict(cls, values: Mapping[str, int]) -> Self:
        """Build sizes from :meth:`as_dict`, with numbers as DynamoDB returns them."""
        return cls(**{name: int(values[name]) for name in cls.__dataclass_fields__})

    def as_dict(self) -> dict[str, int]:
        """Return plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the new version needs instead of what serves.

    Parameters
    ----------
    planned, most : int
        Instances of the new version for all of the demand at planning, and the most that scaling
        and the budget allow.
    same_type : bool
        Whether both run on the same instance type.
    """

    planned: int
    most: int
    same_type: bool

    def new(self, old: int, began: int) -> int:
        """Return the instances of the new version that carry what so many old ones do."""
        worth = old if self.same_type else -(-old * self.planned // max(began, 1))
        return min(max(self.planned, worth), max(self.planned, self.most))

    def old(self, new: int, began: int) -> int:
        """Return the instances of what serves that carry what so many new ones do."""
        return new if self.same_type else -(-new * began // max(self.planned, 1))


def resize(  # noqa: PLR0913 - both shares, both counts
    before: Sizes, exchange: Exchange, *, share: int, weight: int, baseline: int, canary: int
) -> Sizes:
    """Return the sizes that the next step needs.

    Neither side scales in during a release, so that a count says something about the demand only
    where it has grown since the step before. The side with more of the traffic tells it better.

    Parameters
    ----------
    share, weight : int
        The canary's part of the traffic in percent, now and in the next step.
    baseline, canary : int
        Instances of both sides now.

    Example
    -------
    Ten instances have become fifteen under half of the demand:

    >>> resize(Sizes.first(10, 6), Exchange(10, 40, same_type=True),
    ...        share=50, weight=100, baseline=15, canary=6)
    Sizes(began=10, whole=30, baseline=30, canary=30)
    """
    whole = before.whole
    if share <= _HALF and baseline > before.baseline:
        whole = max(whole, -(-baseline * _WHOLE // (_WHOLE - share)))
    if share > _HALF and canary > before.canary:
        new = -(-canary * _WHOLE // share)
        whole = max(whole, exchange.old(new, before.began))
    needed = exchange.new(whole, before.began)
    wanted = canary_instances(weight, needed, most=needed)
    # A way back needs all of the demand as well, but no more than scaling and the budget allow.
    back = min(whole, exchange.old(max(exchange.planned, exchange.most), before.began))
    return Sizes(before.began, whole, max(baseline, back), max(canary, wanted))
