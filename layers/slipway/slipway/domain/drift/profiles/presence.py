"""A column that nobody is to see the values of."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars


class Presence:
    """How often a column had a value, and how often none."""

    def __init__(self, present: int = 0, missing: int = 0) -> None:
        self.present = present
        self.missing = missing

    def add(self, column: polars.Series) -> None:
        """Count the column of a batch, which says no more than where there are values."""
        self.missing += column.null_count()
        self.present += len(column) - column.null_count()

    def merged(self, other: Presence) -> Presence:
        """Return both together."""
        return Presence(self.present + other.present, self.missing + other.missing)
