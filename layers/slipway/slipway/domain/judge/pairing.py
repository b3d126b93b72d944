"""Which minutes of the baseline the canary's are compared with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slipway.domain.judge.latency import MINIMUM_MINUTES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from slipway.domain.judge.measurement import VariantMinute


def baseline_beside(
    canary: Sequence[VariantMinute], baseline: Sequence[VariantMinute]
) -> list[VariantMinute]:
    """Return a minute of the baseline for each of the canary's, as far as there are any.

    The same minute, if the baseline had requests then: whatever happened to the callers happened
    to both. With all of the traffic on the canary there is none beside it, and a minute from
    before takes its place. Each is used once, or the evidence of two minutes would not be
    independent; the oldest first, so that a later look pairs the same minutes again.
    """
    beside = {each.minute: each for each in baseline if each.requests}
    ours = [each.minute for each in canary if each.requests]
    spare = iter(sorted(beside.keys() - set(ours)))
    pairs = []
    for minute in ours:
        source = minute if minute in beside else next(spare, None)
        if source is not None:
            pairs.append(replace(beside[source], minute=minute))
    return pairs


def latest_of(
    minutes: Sequence[VariantMinute], *, since: datetime, wanted: int = MINIMUM_MINUTES
) -> list[VariantMinute]:
    """Return the minutes with requests since a moment, and before it if those are too few.

    Parameters
    ----------
    since : datetime
        The beginning of the bake.
    wanted : int
        How many minutes there should be.
    """
    busy = [each for each in minutes if each.requests]
    fresh = [each for each in busy if each.minute >= since]
    missing = max(0, wanted - len(fresh))
    before = busy[: len(busy) - len(fresh)]
    return [*before[len(before) - min(missing, len(before)) :], *fresh]
