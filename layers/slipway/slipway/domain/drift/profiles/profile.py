"""What is known of a part of the captures without keeping them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slipway.domain.drift.profiles.bins import Bins
from slipway.domain.drift.profiles.numbers import Numbers
from slipway.domain.drift.profiles.presence import Presence
from slipway.domain.drift.profiles.words import Words
from slipway.domain.drift.reading.columns import NUMBERS
from slipway.domain.drift.troubles import Troubles
from slipway.domain.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.domain.drift.profiles.bins import Key
    from slipway.domain.drift.reading import Batch
    from slipway.domain.drift.schema import Column, Schema

Feature = Numbers | Words | Presence


class ProfilesDiffer(DomainError):
    """Two profiles count other columns, or in other bins, so they do not add up."""


class Profile:
    """Counts of every column; profiles of files, hours and variants add up, in any order.

    A column that the bins know is counted in them; any other is sketched, so that bins can be made
    of it later.

    Attributes
    ----------
    bins
        Those of the bins that belong to a column.
    records, rows
        Lines that were looked at, the bad ones too, and rows of requests; without Slipway's own.
    first, last
        The earliest and the latest `inferenceTime`, as captured; empty where there is none.
    """

    def __init__(self, schema: Schema, bins: Bins) -> None:
        self.schema = schema
        self.records = self.rows = 0
        self.first = self.last = ""
        self.troubles = Troubles()
        self.features: dict[Key, Feature] = {
            key: _feature(key, column, bins) for key, column in self.columns()
        }
        self.bins = bins_of(self.features)

    def columns(self) -> Iterator[tuple[Key, Column]]:
        """Give all columns, what is asked first."""
        for column in self.schema.inputs:
            yield ("input", column.name), column
        for column in self.schema.outputs:
            yield ("output", column.name), column

    def add(self, batch: Batch) -> None:
        """Count a batch too."""
        self._sum_up(batch.records, batch.rows, batch.first, batch.last)
        self.troubles = self.troubles.merged(batch.troubles)
        for (side, name), feature in self.features.items():
            feature.add((batch.inputs if side == "input" else batch.outputs)[name])

    def merged(self, other: Profile) -> Profile:
        """Return both together.

        Raises
        ------
        ProfilesDiffer
            If they have other columns or bins.
        """
        if self.schema != other.schema or self.bins != other.bins:
            raise ProfilesDiffer("The profiles were made with different baselines or columns.")
        both = Profile(self.schema, self.bins)
        for part in (self, other):
            both._sum_up(part.records, part.rows, part.first, part.last)
            both.troubles = both.troubles.merged(part.troubles)
        for key, mine in self.features.items():
            both.features[key] = _merged(mine, other.features[key])
        return both

    def _sum_up(self, records: int, rows: int, first: str, last: str) -> None:
        self.records += records
        self.rows += rows
        times = [each for each in (self.first, self.last, first, last) if each]
        if times:
            self.first, self.last = min(times), max(times)

    def to_bytes(self) -> bytes:
        """Return a versioned file."""
        from slipway.domain.drift.profiles.stored import pack

        return pack(self)

    @classmethod
    def from_bytes(cls, content: bytes) -> Profile:
        """Read a file.

        Raises
        ------
        ProfileUnreadable
            If it is none, or of a later version.
        """
        from slipway.domain.drift.profiles.stored import unpack

        return unpack(content)


def _feature(key: Key, column: Column, bins: Bins) -> Feature:
    if column.masked:
        return Presence()
    if column.kind in NUMBERS:
        edges = bins.edges.get(key)
        return Numbers(None if edges is None else np.array(edges))
    return Words(bins.categories.get(key, ()))


def bins_of(features: Mapping[Key, Feature]) -> Bins:
    """Return the bins that features are counted in."""
    edges = {
        key: tuple(each.edges.tolist())
        for key, each in features.items()
        if isinstance(each, Numbers) and each.edges is not None
    }
    categories = {
        key: tuple(each.known)
        for key, each in features.items()
        if isinstance(each, Words) and each.known
    }
    return Bins(edges, categories)


def _merged(one: Feature, other: Feature) -> Feature:
    if isinstance(one, Numbers) and isinstance(other, Numbers):
        return one.merged(other)
    if isinstance(one, Words) and isinstance(other, Words):
        return one.merged(other)
    if isinstance(one, Presence) and isinstance(other, Presence):
        return one.merged(other)
    raise ProfilesDiffer("A column is numbers in one profile and words in the other.")
