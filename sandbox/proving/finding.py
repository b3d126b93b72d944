"""Something that does not hold."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Finding(NamedTuple):
    """Something that does not hold.

    Attributes
    ----------
    kind
        `orphan`: left behind by a release that is over; `broken`: everything else.
    """

    kind: Literal["orphan", "broken"]
    text: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.text}"


def broken(text: str) -> Finding:
    """Return something that is not as it must be."""
    return Finding("broken", text)


def orphan(text: str) -> Finding:
    """Return something that nothing refers to."""
    return Finding("orphan", text)
