"""The form that profiles have in files."""

from __future__ import annotations

from typing import Self

import msgspec

from slipway.domain.drift.evidence import Side  # noqa: TC001  # msgspec looks types up at run time.
from slipway.domain.drift.profiles.moments import Moments  # noqa: TC001  # As above.
from slipway.domain.drift.schema import Column  # noqa: TC001  # As above.
from slipway.domain.drift.troubles import Quarantined, Troubles


class StoredNumbers(msgspec.Struct, tag="numbers"):
    """A column of numbers; `counts` is empty without edges, `sketch` if there is none."""

    side: Side
    name: str
    missing: int
    words: int
    broken: int
    moments: Moments
    distinct: bytes
    edges: bytes
    counts: bytes
    sketch: bytes


class StoredWords(msgspec.Struct, tag="words"):
    """A column of words."""

    side: Side
    name: str
    missing: int
    known: dict[str, int]
    others: int
    frequent: bytes
    distinct: bytes


class StoredPresence(msgspec.Struct, tag="presence"):
    """A masked column."""

    side: Side
    name: str
    present: int
    missing: int


StoredFeature = StoredNumbers | StoredWords | StoredPresence


class StoredTroubles(msgspec.Struct):
    """What was left out."""

    counts: dict[str, int]
    missing_columns: dict[str, int]
    extra_columns: dict[str, int]
    samples: list[Quarantined]

    @classmethod
    def of(cls, troubles: Troubles) -> Self:
        """Return troubles as they are stored."""
        return cls(
            dict(troubles.counts),
            dict(troubles.missing_columns),
            dict(troubles.extra_columns),
            list(troubles.samples),
        )

    def troubles(self) -> Troubles:
        """Return troubles as they were."""
        samples = tuple(self.samples)
        return Troubles(self.counts, self.missing_columns, self.extra_columns, samples)


class StoredProfile(msgspec.Struct):
    """A profile."""

    inputs: list[Column]
    outputs: list[Column]
    records: int
    rows: int
    first: str
    last: str
    troubles: StoredTroubles
    features: list[StoredFeature]
    mask: list[str] = []
