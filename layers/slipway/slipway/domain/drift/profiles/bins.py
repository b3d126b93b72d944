"""Between which edges numbers are counted, and which words are known: the baseline decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.drift.evidence import Side

    Key = tuple[Side, str]
    """A feature: on which side it stands, and its name."""


@dataclass(frozen=True, slots=True)
class Bins:
    """What makes the counts of several profiles add up: all count in the same bins.

    Attributes
    ----------
    edges
        Rising numbers; `evidence.Binned` says what is counted between them.
    categories
        Words that are counted each by itself; all others are counted together.
    """

    edges: Mapping[Key, tuple[float, ...]] = field(default_factory=dict)
    categories: Mapping[Key, tuple[str, ...]] = field(default_factory=dict)
