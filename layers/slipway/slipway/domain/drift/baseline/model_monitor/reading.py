"""statistics.json and constraints.json of Model Monitor as columns to compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
import numpy as np

from slipway.domain.drift.baseline.edges import edges_of
from slipway.domain.drift.baseline.model_monitor.forms import (
    Constraint,
    Constraints,
    Described,
    Kll,
    Numerical,
    Statistics,
    Strings,
)
from slipway.domain.drift.baseline.model_monitor.sketch import rank_error
from slipway.domain.drift.baseline.problems import BaselineUnreadable
from slipway.domain.drift.baseline.reference import (
    MOST_CATEGORIES,
    Reference,
    counted,
    recurring,
)
from slipway.domain.drift.profiles.moments import Moments
from slipway.domain.drift.profiles.numbers import Numbers
from slipway.domain.drift.profiles.words import Words
from slipway.domain.drift.reading.columns import NUMBERS
from slipway.domain.drift.schema import LONGEST_NAME, Kind, is_long

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Weighted = tuple[NDArray[np.float64], NDArray[np.int64]]
    """Rising values, and how many each of them stands for."""

Form = TypeVar("Form")


def read(
    statistics: Mapping[str, Any], constraints: Mapping[str, Any]
) -> tuple[int, dict[str, Reference]]:
    """Return the number of rows, and the columns in their order.

    Raises
    ------
    BaselineUnreadable
        If a file has another form; the message says where.
    """
    found = _converted(statistics, Statistics, "statistics.json")
    asked = requirements(constraints)
    if not found.features:
        raise BaselineUnreadable("statistics.json names no features.")
    if long := next((each.name for each in found.features if is_long(each.name)), ""):
        raise BaselineUnreadable(
            f"statistics.json: the name `{long[:40]}…` is longer than {LONGEST_NAME} bytes."
        )
    columns = {
        each.name: _reference(each, asked.get(each.name) or Constraint(each.name))
        for each in found.features
    }
    return int(found.dataset.item_count), columns


def requirements(constraints: Mapping[str, Any]) -> dict[str, Constraint]:
    """Return what is asked of each column."""
    listed = _converted(constraints, Constraints, "constraints.json").features
    return {each.name: each for each in listed}


def _converted(content: Mapping[str, Any], form: type[Form], name: str) -> Form:
    try:
        return msgspec.convert(content, form)
    except (msgspec.ValidationError, UnicodeEncodeError) as error:
        raise BaselineUnreadable(f"{name} is not as Model Monitor writes it: {error}.") from error


def _reference(described: Described, asked: Constraint) -> Reference:
    kind = _kind(described.inferred_type)
    if described.numerical_statistics is not None:
        wanted = _kind(asked.inferred_type)
        kind = wanted if wanted in NUMBERS else kind if kind in NUMBERS else Kind.FRACTIONAL
        return _numbers(kind, described.numerical_statistics)
    words = _words(described.string_statistics)
    return Reference(Kind.UNKNOWN if kind in NUMBERS else kind, words)


def _kind(name: str) -> Kind:
    return Kind(name) if name in set(Kind) else Kind.UNKNOWN


def _numbers(kind: Kind, told: Numerical) -> Reference:
    kll = told.distribution.kll if told.distribution else None
    (rising, weights), error = _weighted(kll)
    numbers = Numbers(None)
    numbers.missing = int(told.common.num_missing)
    numbers.moments = _moments(told, rising)
    if not rising.size:
        return Reference(kind, numbers)
    low, high = numbers.moments.low, numbers.moments.high
    edges = np.array(edges_of(rising, weights, low, high))
    numbers.distinct.add_numbers(rising)
    return Reference(kind, counted(numbers, edges, rising, weights), error)


def _weighted(kll: Kll | None) -> tuple[Weighted, float]:
    """Return values with weights, and by how much a rank may be wrong."""
    if kll is not None and kll.sketch is not None and any(kll.sketch.data):
        levels = kll.sketch.data
        values = np.concatenate([np.array(level, np.float64) for level in levels])
        weights = np.repeat([1 << level for level in range(len(levels))], list(map(len, levels)))
        exact = len(levels) == 1
        return _sorted(values, weights), 0.0 if exact else rank_error(kll.sketch.parameters.k)
    buckets = [each for each in kll.buckets if each.count > 0] if kll is not None else []
    values = np.array([each.upper_bound for each in buckets], np.float64)
    weights = np.array([each.count for each in buckets]).astype(np.int64)
    # Where in its bucket a value lies is not known.
    return _sorted(values, weights), float(weights.max(initial=0) / max(1, weights.sum()))


def _sorted(values: NDArray[np.float64], weights: NDArray[np.int64]) -> Weighted:
    finite = np.isfinite(values)
    order = np.argsort(values[finite], kind="stable")
    return values[finite][order], weights[finite][order]


def _moments(told: Numerical, rising: NDArray[np.float64]) -> Moments:
    count = int(told.common.num_present)
    if not count or told.mean is None:
        return Moments()
    low = told.min if told.min is not None else float(rising[0]) if rising.size else told.mean
    high = told.max if told.max is not None else float(rising[-1]) if rising.size else told.mean
    total = told.sum if told.sum is not None else told.mean * count
    squares = (told.std_dev or 0.0) ** 2 * count
    return Moments(count, total, told.mean, squares, low, high)


def _words(told: Strings | None) -> Words:
    words = Words()
    if told is None:
        return words
    categorical = told.distribution.categorical if told.distribution else None
    buckets = sorted(categorical.buckets if categorical else (), key=lambda each: -each.count)
    found = {each.value: int(each.count) for each in buckets[:MOST_CATEGORIES]}
    present = max(int(told.common.num_present), sum(found.values()))
    words.known = recurring(found, present)
    words.missing = int(told.common.num_missing)
    words.others = present - sum(words.known.values())
    words.distinct.add_words(each.value for each in buckets)
    return words
