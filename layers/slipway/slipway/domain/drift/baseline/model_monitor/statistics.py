"""statistics.json, written from counts between edges."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from slipway.domain.drift.baseline.edges import bucket_bounds
from slipway.domain.drift.baseline.model_monitor.constraints import VERSION, completeness
from slipway.domain.drift.baseline.model_monitor.sketch import SIZE, below, levels
from slipway.domain.drift.profiles.numbers import Numbers
from slipway.domain.drift.profiles.presence import Presence
from slipway.domain.drift.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.drift.baseline.reference import Reference
    from slipway.domain.drift.profiles.words import Words

# Deequ's shrinking factor: how much smaller each level of its sketch is than the one above.
_SHRINKING = 0.64
# Words that the baseline does not know, the most frequent of them.
_UNKNOWN = 100


def statistics(rows: int, columns: Mapping[str, Reference]) -> dict[str, Any]:
    """Return the content of statistics.json."""
    features = [_feature(name, each) for name, each in columns.items()]
    return {"version": VERSION, "dataset": {"item_count": rows}, "features": features}


def _feature(name: str, reference: Reference) -> dict[str, Any]:
    found: dict[str, Any] = {"name": name, "inferred_type": str(reference.kind)}
    if isinstance(reference.feature, Presence):
        return {
            **found,
            "inferred_type": str(Kind.UNKNOWN),
            "string_statistics": _presence(reference.feature),
        }
    if isinstance(reference.feature, Numbers):
        return {**found, "numerical_statistics": _numerical(reference.feature)}
    return {**found, "string_statistics": _string(reference.feature)}


def _presence(column: Presence) -> dict[str, Any]:
    return {
        "common": {"num_present": column.present, "num_missing": column.missing},
        "completeness": completeness(column),
    }


def _numerical(numbers: Numbers) -> dict[str, Any]:
    moments = numbers.moments
    found: dict[str, Any] = {
        "common": {"num_present": numbers.present, "num_missing": numbers.missing}
    }
    if not moments.count:
        return {**found, "completeness": completeness(numbers)}
    return {
        **found,
        "mean": moments.mean,
        "sum": moments.total,
        "std_dev": moments.deviation,
        "min": moments.low,
        "max": moments.high,
        "approximate_num_distinct_values": numbers.distinct.estimate(),
        "completeness": completeness(numbers),
        "distribution": {"kll": _distribution(numbers)},
    }


def _distribution(numbers: Numbers) -> dict[str, Any]:
    bounds = bucket_bounds(numbers.moments.low, numbers.moments.high)
    ranks = [0, *below(numbers, bounds[1:-1]), numbers.moments.count]
    return {
        "buckets": [
            {"lower_bound": low, "upper_bound": high, "count": float(count)}
            for low, high, count in zip(bounds, bounds[1:], np.diff(ranks), strict=False)
        ],
        "sketch": {
            "parameters": {"c": _SHRINKING, "k": float(SIZE)},
            "data": levels(numbers),
        },
    }


def _string(words: Words) -> dict[str, Any]:
    counts = {word: count for word, count in words.known.items() if count}
    counts |= words.frequent.most(_UNKNOWN)
    return {
        "common": {"num_present": words.present, "num_missing": words.missing},
        "distinct_count": float(words.distinct.estimate()),
        "completeness": completeness(words),
        "distribution": {
            "categorical": {
                "buckets": [{"value": word, "count": count} for word, count in counts.items()]
            }
        },
    }
