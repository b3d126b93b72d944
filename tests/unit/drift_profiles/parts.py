"""Parts of a stream of requests, as profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import polars

from slipway.domain.drift.profiles import Bins, Profile
from slipway.domain.drift.profiles.numbers import Numbers
from slipway.domain.drift.profiles.words import Words
from slipway.domain.drift.reading import Batch
from slipway.domain.drift.schema import Column, Kind, Schema
from slipway.domain.drift.troubles import Troubles

if TYPE_CHECKING:
    from collections.abc import Sequence

AGE, PLAN, SCORE = ("input", "age"), ("input", "plan"), ("output", "score")
SCHEMA = Schema(
    (Column("age", Kind.INTEGRAL), Column("plan", Kind.STRING)),
    (Column("score", Kind.FRACTIONAL),),
)
BINS = Bins({AGE: (0.0, 10.0, 20.0, 50.0), SCORE: (0.25, 0.5)}, {PLAN: ("free", "paid")})


def column(name: str, values: Sequence[Any]) -> polars.Series:
    """Return a column as the reader makes it: words if one of the values is a word."""
    spelt = any(isinstance(each, str) for each in values)
    texts = [None if each is None else str(each) for each in values]
    if spelt or name == "plan":
        return polars.Series(name, texts, dtype=polars.String)
    return polars.Series(name, values, dtype=polars.Float64)


def batch(
    ages: Sequence[Any],
    plans: Sequence[Any],
    scores: Sequence[Any],
    troubles: Troubles | None = None,
) -> Batch:
    inputs = polars.DataFrame([column("age", ages), column("plan", plans)])
    outputs = polars.DataFrame([column("score", scores)])
    moment = f"2026-03-02T08:00:{len(ages) % 60:02}Z"
    return Batch(inputs, outputs, len(ages), len(ages), moment, moment, troubles or Troubles())


def profile(*batches: Batch, bins: Bins = BINS) -> Profile:
    found = Profile(SCHEMA, bins)
    for each in batches:
        found.add(each)
    return found


def numbers(found: Profile, key: Any = AGE) -> Numbers:
    feature = found.features[key]
    assert isinstance(feature, Numbers)
    return feature


def words(found: Profile, key: Any = PLAN) -> Words:
    feature = found.features[key]
    assert isinstance(feature, Words)
    return feature


def counts(found: Numbers) -> list[int]:
    assert found.counts is not None
    return [int(each) for each in found.counts]


def uniform(rows: int, seed: int, low: float = 0.0, high: float = 60.0) -> Batch:
    source = np.random.default_rng(seed)
    ages = np.floor(source.uniform(low, high, rows))
    plans = source.choice(["free", "paid", "trial"], rows)
    return batch(ages.tolist(), plans.tolist(), source.uniform(size=rows).tolist())
