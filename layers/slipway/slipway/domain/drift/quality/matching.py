"""Whether what is told to be true is about what was captured."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

_WINDOW = timedelta(days=1)
_MOST_LACKING = 0.5


@dataclass(frozen=True, slots=True)
class Matches:
    """How many truths had an answer, in a window of a day or of as many as it takes.

    Parameters
    ----------
    since : str
        When the window began, ISO 8601 in UTC.
    share : float
        Which share should have one: not all requests need be captured.
    enough : int
        Of fewer truths nothing is said.
    """

    since: str
    matched: int = 0
    unmatched: int = 0
    share: float = 1.0
    enough: int = 200

    @classmethod
    def of(cls, told: Mapping[str, Any], moment: datetime, share: float, enough: int) -> Self:
        """Return the window that goes on, or a new one where that has lasted."""
        anew = cls(moment.isoformat(), share=share, enough=enough)
        if not told:
            return anew
        known = replace(cls(**told), share=share, enough=enough)
        lasted = moment - datetime.fromisoformat(known.since) >= _WINDOW
        return anew if lasted and known.matched + known.unmatched >= enough else known

    def with_more(self, matched: int, unmatched: int) -> Self:
        """Return the window with what a run found."""
        return replace(self, matched=self.matched + matched, unmatched=self.unmatched + unmatched)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @property
    def lacking(self) -> str:
        """Say that most have none though they should; empty if it is not so, or too few came."""
        every = self.matched + self.unmatched
        if every < self.enough or self.matched >= _MOST_LACKING * self.share * every:
            return ""
        return (
            f"{self.unmatched:,} of {every:,} truths are about no request that was captured. Their "
            "ids have to be the `InferenceId` of the request, or else its record's `eventId`"
        )
