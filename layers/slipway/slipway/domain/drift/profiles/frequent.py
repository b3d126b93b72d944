"""The most frequent of words that nobody named beforehand, in bounded memory.

Apache DataSketches' frequent items: exact as long as there are few different ones, otherwise no
word is told to be more frequent than it is by much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from datasketches import frequent_items_error_type, frequent_strings_sketch

if TYPE_CHECKING:
    from collections.abc import Mapping

# Three quarters of 2**11 words; a text is told apart by its beginning.
_SIZE = 11
LONGEST = 200


class Frequent:
    """Counts words."""

    def __init__(self, content: bytes | None = None) -> None:
        empty = content is None
        self._sketch = (
            frequent_strings_sketch(_SIZE)
            if empty
            else frequent_strings_sketch.deserialize(content)
        )

    def add(self, words: Mapping[str, int]) -> None:
        """Take words and how often each of them came."""
        update = self._sketch.update
        for word, count in words.items():
            update(word[:LONGEST], count)

    def merged(self, other: Frequent) -> Frequent:
        """Return both together."""
        both = Frequent(self.to_bytes())
        both._sketch.merge(other._sketch)
        return both

    def to_bytes(self) -> bytes:
        """Return DataSketches' own format."""
        return bytes(self._sketch.serialize())

    def most(self, count: int) -> dict[str, int]:
        """Return at most so many words, the most frequent first, and how often each came."""
        kept = self._sketch.get_frequent_items(frequent_items_error_type.NO_FALSE_NEGATIVES, 0)
        counts = sorted(((lower, word) for word, _, lower, _ in kept), key=_rank)
        return {word: lower for lower, word in counts[:count] if lower}


def _rank(entry: tuple[int, str]) -> tuple[int, str]:
    return -entry[0], entry[1]
