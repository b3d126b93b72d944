"""Which minutes may be judged."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from slipway.domain.judge.latency import MINIMUM_MINUTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from slipway.domain.judge.measurement import VariantMinute

# CloudWatch shows a minute's numbers one to two minutes after its end; before, they are too low,
# and the errors may be there without the requests.
LATE = timedelta(minutes=2)
MINUTE = timedelta(minutes=1)


def closed_minutes(now: datetime, since: datetime) -> tuple[datetime, datetime]:
    """Return the beginning and the end of the minutes that may be judged.

    Without the minute of the shift, which belongs to two weights, and without those whose
    numbers may still come in. Beginning and end are equal while there is none.

    Parameters
    ----------
    since : datetime
        When the weight was changed.

    Example
    -------
    >>> from datetime import datetime
    >>> closed_minutes(datetime(2026, 3, 2, 9, 9, 30), datetime(2026, 3, 2, 9, 0, 20))
    (datetime.datetime(2026, 3, 2, 9, 1), datetime.datetime(2026, 3, 2, 9, 7))
    """
    first = _minute_of(since) + MINUTE
    return first, max(first, _minute_of(now - LATE))


def judgeable(
    minutes: Iterable[VariantMinute], *, now: datetime, shifts: Sequence[datetime]
) -> list[VariantMinute]:
    """Return the minutes that may be judged, in the order of time.

    Parameters
    ----------
    shifts : sequence of datetime
        All moments at which a weight was changed.
    """
    end, mixed = _minute_of(now - LATE), {_minute_of(shift) for shift in shifts}
    usable = [each for each in minutes if each.minute < end and each.minute not in mixed]
    return sorted(usable, key=lambda each: each.minute)


def first_verdict() -> timedelta:
    """Return how long it takes until latency can be judged, from the first users on.

    In a shorter bake the minutes are always too few, and it is baked again.

    Example
    -------
    >>> first_verdict()
    datetime.timedelta(seconds=480)
    """
    shift = MINUTE
    return shift + MINIMUM_MINUTES * MINUTE + LATE


def looks_in(bake_seconds: int, tries: int = 1) -> int:
    """Return among how many looks a bake's level is shared out, looked at every minute.

    Looks at fewer minutes than the test needs decide nothing and use up nothing; the last look
    comes with the end of the bake. A bake that is repeated goes on with the minutes it has: half
    of the level is for the first time, a quarter for the second, and so on, so that all of them
    together keep it.

    Parameters
    ----------
    tries : int
        How often the step has been baked, this time included.

    Example
    -------
    >>> looks_in(600)
    8
    """
    earlier = _looks(bake_seconds * (tries - 1))
    return max(1, _looks(bake_seconds * tries) - earlier) << tries


def _looks(seconds: int) -> int:
    minutes = (seconds - LATE.total_seconds()) // MINUTE.total_seconds()
    return max(0, int(minutes) - MINIMUM_MINUTES + 1)


def _minute_of(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)
