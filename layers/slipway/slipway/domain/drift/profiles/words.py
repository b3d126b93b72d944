"""A column of words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.profiles.distinct import Distinct
from slipway.domain.drift.profiles.frequent import Frequent

if TYPE_CHECKING:
    from collections.abc import Sequence

    import polars


class Words:
    """What is known of a column of words.

    Attributes
    ----------
    missing
        Nothing there: empty, null.
    known
        How often each known category came; all of them, in a fixed order.
    others
        How often anything else came.
    frequent
        Which those are, the most frequent at least.
    """

    def __init__(self, categories: Sequence[str] = ()) -> None:
        self.missing = self.others = 0
        self.known = dict.fromkeys(categories, 0)
        self.frequent = Frequent()
        self.distinct = Distinct()

    def add(self, column: polars.Series) -> None:
        """Count the column of a batch."""
        counts = column.value_counts()
        words, times = counts[:, 0].to_list(), counts[:, 1].to_list()
        found = dict(zip(words, times, strict=True))
        self.missing += found.pop(None, 0) + found.pop("", 0)
        self.distinct.add_words(found)
        unknown = {word: count for word, count in found.items() if not self._counted(word, count)}
        self.others += sum(unknown.values())
        self.frequent.add(unknown)

    def _counted(self, word: str, count: int) -> bool:
        if word not in self.known:
            return False
        self.known[word] += count
        return True

    def knowing(self, categories: Sequence[str]) -> Words:
        """Return the same column in which some words more are known, though they never came."""
        named = Words()
        named.missing, named.others = self.missing, self.others
        named.known = self.known | {word: 0 for word in categories if word not in self.known}
        named.frequent, named.distinct = self.frequent, self.distinct
        return named

    @property
    def present(self) -> int:
        """How many values there were."""
        return sum(self.known.values()) + self.others

    def merged(self, other: Words) -> Words:
        """Return both together; they know the same categories."""
        both = Words()
        both.missing = self.missing + other.missing
        both.known = {word: count + other.known[word] for word, count in self.known.items()}
        both.others = self.others + other.others
        both.frequent = self.frequent.merged(other.frequent)
        both.distinct = self.distinct.merged(other.distinct)
        return both
