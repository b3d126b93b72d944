"""What a release's captures are measured by: their columns, and what these are compared with.

Heavy: a baseline needs numpy.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from slipway.domain.drift.baseline import Baseline
from slipway.domain.drift.profiles import Bins, Profile
from slipway.domain.drift.schema import Column, Kind, Schema
from slipway.domain.errors import DomainError

if TYPE_CHECKING:
    from collections.abc import Sequence

VERSION = 1


class YardstickUnreadable(DomainError):
    """A file that should say how captures are measured is none, or of a later version."""


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What makes the profiles of a release add up.

    Attributes
    ----------
    baseline
        None while it is learnt from captures.
    """

    schema: Schema
    baseline: Baseline | None = None

    @property
    def incomplete(self) -> bool:
        """Whether something is still to be learnt from captures."""
        known = self.baseline
        if known is None:
            return True
        answers = (
            known.reference(("output", each.name), each.kind) for each in self.schema.outputs
        )
        return any(answer is None for answer in answers)

    def profile(self) -> Profile:
        """Return an empty profile."""
        bins = self.baseline.bins if self.baseline else Bins()
        return Profile(self.schema, bins)

    def to_bytes(self) -> bytes:
        """Return a versioned file."""
        baseline = self.baseline
        return json.dumps(
            {
                "version": VERSION,
                "inputs": _plain(self.schema.inputs),
                "outputs": _plain(self.schema.outputs),
                "mask": sorted(self.schema.mask),
                "baseline": baseline.to_json().decode() if baseline else None,
            }
        ).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Read a file."""
        try:
            told = json.loads(content)
            if told["version"] > VERSION:
                raise YardstickUnreadable(
                    f"It is of version {told['version']}, this one reads up to {VERSION}."
                )
            inputs, outputs = _columns(told["inputs"]), _columns(told["outputs"])
            # What was written before there were masks has none.
            schema = Schema(inputs, outputs, frozenset(told.get("mask", ())))
            baseline = told["baseline"]
            known = Baseline.from_json(baseline.encode()) if baseline else None
            return cls(schema, known)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise YardstickUnreadable(f"It is no yardstick of Slipway's: {error!r}") from error


def _plain(columns: Sequence[Column]) -> list[list[str | bool]]:
    return [[column.name, str(column.kind), column.masked] for column in columns]


def _columns(plain: Sequence[Sequence[Any]]) -> tuple[Column, ...]:
    return tuple(Column(name, Kind(kind), *masked) for name, kind, *masked in plain)
