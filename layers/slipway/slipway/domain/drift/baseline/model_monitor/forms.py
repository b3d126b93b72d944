"""The forms of Model Monitor's files, as far as they are read."""

from __future__ import annotations

from typing import Annotated

import msgspec


class Common(msgspec.Struct):
    """How many values there are."""

    num_present: float = 0
    num_missing: float = 0


class Bucket(msgspec.Struct):
    """A tenth of the range."""

    lower_bound: float
    upper_bound: float
    count: float


class Parameters(msgspec.Struct):
    """The size of a sketch."""

    k: float = 2048.0


class Sketch(msgspec.Struct):
    """Levels of numbers that stand for 1, 2, 4 … values each."""

    data: list[list[float]]
    parameters: Parameters = msgspec.field(default_factory=Parameters)


class Kll(msgspec.Struct):
    """A distribution of numbers, as a sketch, in buckets or both."""

    buckets: list[Bucket] = []
    sketch: Sketch | None = None


class NumberDistribution(msgspec.Struct):
    """How numbers are distributed."""

    kll: Kll | None = None


class Numerical(msgspec.Struct):
    """A column of numbers."""

    common: Common
    mean: float | None = None
    sum: float | None = None
    std_dev: float | None = None
    min: float | None = None
    max: float | None = None
    distribution: NumberDistribution | None = None


class Category(msgspec.Struct):
    """A word and how often it came."""

    value: str
    count: float


class Categorical(msgspec.Struct):
    """Words."""

    buckets: list[Category] = []


class WordDistribution(msgspec.Struct):
    """How words are distributed."""

    categorical: Categorical | None = None


class Strings(msgspec.Struct):
    """A column of words."""

    common: Common
    distribution: WordDistribution | None = None


class Described(msgspec.Struct):
    """A column."""

    name: str
    inferred_type: str = "Unknown"
    numerical_statistics: Numerical | None = None
    string_statistics: Strings | None = None


class Dataset(msgspec.Struct):
    """All columns together."""

    item_count: float = 0


class Statistics(msgspec.Struct):
    """statistics.json."""

    features: list[Described]
    dataset: Dataset = msgspec.field(default_factory=Dataset)


class StringConstraints(msgspec.Struct):
    """The words that may come."""

    domains: list[str] = []


class Constraint(msgspec.Struct):
    """What is asked of a column."""

    name: str
    inferred_type: str = "Unknown"
    completeness: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None
    string_constraints: StringConstraints | None = None

    @property
    def words(self) -> list[str] | None:
        """The words that may come; None if any may."""
        return (self.string_constraints and self.string_constraints.domains) or None


class Constraints(msgspec.Struct):
    """constraints.json."""

    features: list[Constraint] = []
