"""Streams of captured requests with known change points, drawn from seeds.

Tables are dictionaries of numpy arrays, so that anything can be run on the same streams, also what
lives in an environment of its own. Missing numbers are NaN.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.random import Generator
    from numpy.typing import NDArray

    Table = dict[str, NDArray[np.float64] | NDArray[np.str_]]
    Change = Callable[[Table, Generator, float], None]

SCORE = "score"
BASELINE_ROWS = 20_000

_REFUNDED = 0.2
_PLANS = np.array(["basic", "plus", "pro"])
_CITIES = np.array([f"city-{number}" for number in range(12)])
_CITY_SHARES = (1 / np.arange(1, 13)) / np.sum(1 / np.arange(1, 13))


@dataclass(frozen=True)
class Stream:
    """Hours of requests that change at some hour, or never.

    Parameters
    ----------
    change : callable, optional
        Changes a table in place; its last argument is how far the change has come, 0 to 1.
    at : int
        The hour from which on it does.
    ramp : int
        In how many hours the change comes to its full size; 0 for at once.
    copies : int
        How many times the ten kinds of features there are.
    names : bool
        Whether there are columns beside them that are new in each row, or in many: ids, addresses,
        texts and times.
    """

    name: str
    change: Change | None = None
    at: int = 6
    ramp: int = 0
    rows: int = 1000
    copies: int = 1
    names: bool = False
    seed: int = 0

    def seeded(self, seed: int) -> Stream:
        """Return the same stream of other requests."""
        return replace(self, seed=seed)

    def baseline(self, rows: int = BASELINE_ROWS) -> Table:
        """Return what the model was trained on."""
        return self._drawn(np.random.default_rng((self.seed, 0)), rows)

    def hours(self, count: int) -> Iterator[Table]:
        """Yield an hour's requests after the other."""
        source = np.random.default_rng((self.seed, 1))
        for hour in range(count):
            table = self._drawn(source, self.rows)
            if self.change is not None and hour >= self.at:
                self.change(table, source, min(1.0, (hour - self.at + 1) / max(1, self.ramp)))
            yield table

    def swinging(self, count: int, deviations: float) -> Iterator[Table]:
        """Yield hours in which `balance_0` swings around its mean, once a day."""
        for hour, table in enumerate(self.hours(count)):
            swing = deviations * np.sin(2 * np.pi * hour / 24)
            yield table | {"balance_0": np.asarray(table["balance_0"], float) + swing}

    def _drawn(self, source: Generator, rows: int) -> Table:
        table = _requests(source, rows, self.copies)
        return table | _names(source, rows) if self.names else table


def _names(source: Generator, rows: int) -> Table:
    """Draw what is no category: the last one's values are few and far between."""
    numbers = source.integers(1 << 48, size=rows)
    seconds = source.integers(30 * 86_400, size=rows)
    users = np.minimum(source.zipf(1.3, rows), 50_000)
    return {
        "id": np.array([f"{number:012x}" for number in numbers]),
        "comment": np.array([f"please send order {number} to me" for number in numbers]),
        "asked_at": np.datetime_as_string(np.datetime64("2026-03-02T00:00:00") + seconds),
        "email": np.array([f"user{user}@example.com" for user in users]),
    }


def _requests(source: Generator, rows: int, copies: int) -> Table:
    """Draw what real features look like: bell-shaped, skewed, counts, mostly zero, and words."""
    table: Table = {}
    for copy in range(copies):
        steady = source.normal(50, 10, rows)
        table |= {
            f"age_{copy}": steady,
            f"balance_{copy}": source.normal(0, 1, rows),
            f"ratio_{copy}": source.beta(2, 5, rows),
            f"amount_{copy}": source.lognormal(3, 1, rows),
            f"income_{copy}": source.lognormal(10, 0.5, rows),
            f"calls_{copy}": source.poisson(3, rows).astype(float),
            f"refunds_{copy}": source.exponential(20, rows) * (source.random(rows) < _REFUNDED),
            f"spread_{copy}": 0.7 * (steady - 50) / 10 + source.normal(0, 0.7, rows),
            f"plan_{copy}": source.choice(_PLANS, rows, p=(0.5, 0.3, 0.2)),
            f"city_{copy}": source.choice(_CITIES, rows, p=_CITY_SHARES),
        }
    logit = (np.asarray(table["age_0"], float) - 50) / 20 + source.normal(0, 1, rows)
    return {SCORE: 1 / (1 + np.exp(-logit)), **table}


def shifted(deviations: float) -> Change:
    """Move the mean of `balance_0`, whose deviation is 1."""

    def change(table: Table, _source: Generator, part: float) -> None:
        table["balance_0"] = np.asarray(table["balance_0"], float) + deviations * part

    return change


def widened(factor: float) -> Change:
    """Widen `balance_0` around its mean."""

    def change(table: Table, _source: Generator, part: float) -> None:
        table["balance_0"] = np.asarray(table["balance_0"], float) * (1 + (factor - 1) * part)

    return change


def remixed(*shares: float) -> Change:
    """Draw plans with other shares."""

    def change(table: Table, source: Generator, _part: float) -> None:
        table["plan_0"] = source.choice(_PLANS, len(table["plan_0"]), p=shares)

    return change


def unknown(share: float) -> Change:
    """Let so many requests have a plan that nobody knew."""

    def change(table: Table, source: Generator, _part: float) -> None:
        new = source.random(len(table["plan_0"])) < share
        table["plan_0"] = np.where(new, "family", np.asarray(table["plan_0"], str))

    return change


def missing(share: float) -> Change:
    """Let so many values of `amount_0` be missing."""

    def change(table: Table, source: Generator, _part: float) -> None:
        gone = source.random(len(table["amount_0"])) < share
        table["amount_0"] = np.where(gone, np.nan, np.asarray(table["amount_0"], float))

    return change


def answered(logits: float) -> Change:
    """Move predictions alone, as a changed model behind the endpoint does."""

    def change(table: Table, _source: Generator, _part: float) -> None:
        score = np.asarray(table[SCORE], float)
        table[SCORE] = 1 / (1 + np.exp(-(np.log(score / (1 - score)) + logits)))

    return change


STREAMS = (
    Stream("nothing changes"),
    Stream("mean + 0.1 deviations (too little to matter)", shifted(0.1)),
    Stream("mean + 0.25 deviations", shifted(0.25)),
    Stream("mean + 0.5 deviations", shifted(0.5)),
    Stream("mean + 1 deviation", shifted(1.0)),
    Stream("1.5 times as wide", widened(1.5)),
    Stream("mean rises to + 1 deviation in 48 hours", shifted(1.0), ramp=48),
    Stream("categories 50/30/20 % -> 40/30/30 %", remixed(0.4, 0.3, 0.3)),
    Stream("5 % of a category that nobody knew", unknown(0.05)),
    Stream("5 % of a feature missing", missing(0.05)),
    Stream("predictions alone, + 0.5 logits", answered(0.5)),
)
# What matters and comes at once.
SUDDEN = tuple(stream for stream in STREAMS[2:] if not stream.ramp)

QUIET = Stream("100 features, nothing changes", copies=10)
NAMED = Stream("ids, addresses, texts and times, nothing changes", names=True)
