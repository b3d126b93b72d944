"""What a run knows about how good the model turned out to be, for those who report and tell it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Self

from slipway.domain.drift.combining import together
from slipway.domain.drift.quality import TALLIES, Joined, Limit, Measured, judge_business
from slipway.domain.drift.record import Watermark
from slipway.domain.drift.verdict import DriftVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.drift.quality.settings import Problem

# Truths about no answer that was captured, and about answers of another release.
UNMATCHED, ELSEWHERE = "unmatched", "of_another_release"
_USED = {"repeated", "corrected"}


@dataclass(frozen=True, slots=True)
class KnownQuality:
    """A verdict, what it stands on, and what the next run has to know.

    Parameters
    ----------
    figures : DriftVerdict
        On the figures that are known; of an earlier run where nothing more can be said.
    fresh : bool
        Whether more became known in this run.
    mark : Watermark, optional
        How far ground truth is counted.
    waiting : str
        The key of truths that no answer was found for; empty without any.
    hours : tuple of str
        Hours of which so little is known that they are judged with the next ones.
    uncounted : tuple of str
        Hours of which more is known than was counted: there was no time left.
    progress : mapping
        How far answers were looked through for what waits: `hour` and `rounds`.
    matches : mapping
        How many truths were about an answer that was captured, since when:
        :class:`~slipway.domain.drift.quality.matching.Matches`.
    lacking : str
        Why what became known in this run cannot be judged though it is enough; empty if it can.
    until : str
        Up to when business metrics were judged; empty if none ever was.
    troubles : mapping
        Truths that could not be used, by reason, and those that were told twice or corrected.
    """

    figures: DriftVerdict
    fresh: bool = False
    problem: Problem | None = None
    joined: Joined | None = None
    limits: tuple[Limit, ...] = ()
    business: tuple[Measured, ...] = ()
    mark: Watermark | None = None
    waiting: str = ""
    hours: tuple[str, ...] = ()
    judged: str = ""
    uncounted: tuple[str, ...] = ()
    progress: Mapping[str, Any] = field(default_factory=dict)
    matches: Mapping[str, Any] = field(default_factory=dict)
    lacking: str = ""
    until: str = ""
    troubles: Mapping[str, int] = field(default_factory=dict)

    @property
    def verdict(self) -> DriftVerdict:
        """What figures and business metrics say together."""
        if not self.business:
            return self.figures
        business = judge_business(self.business)
        if self.figures.verdict is Verdict.CANNOT_TELL:
            return together(business, [self.figures])
        return together(self.figures, [business])

    @property
    def left_out(self) -> dict[str, int]:
        """Truths that could not be used, by reason."""
        return {reason: count for reason, count in self.troubles.items() if reason not in _USED}

    def to_bytes(self) -> bytes:
        """Return a file."""
        joined = self.joined
        known = None if joined is None else {**_counts(joined), "tally": joined.tally.as_dict()}
        told = {
            "figures": self.figures.as_dict(),
            "fresh": self.fresh,
            "problem": self.problem,
            "joined": known,
            "limits": [asdict(each) for each in self.limits],
            "business": [asdict(each) for each in self.business],
            "mark": asdict(self.mark) if self.mark else None,
            "waiting": self.waiting,
            "hours": list(self.hours),
            "judged": self.judged,
            "uncounted": list(self.uncounted),
            "progress": dict(self.progress),
            "matches": dict(self.matches),
            "lacking": self.lacking,
            "until": self.until,
            "troubles": dict(self.troubles),
        }
        return json.dumps(told).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Read a file of :meth:`to_bytes`."""
        told: dict[str, Any] = json.loads(content)
        joined = told["joined"]
        if joined is not None:
            tally = TALLIES[told["problem"]].from_dict(joined.pop("tally"))
            joined = Joined(tally, **joined)
        changed = {
            "figures": DriftVerdict.from_dict(told["figures"]),
            "joined": joined,
            "limits": tuple(Limit(**each) for each in told["limits"]),
            "business": tuple(Measured(**each) for each in told["business"]),
            "mark": Watermark(**told["mark"]) if told["mark"] else None,
            "hours": tuple(told["hours"]),
            "uncounted": tuple(told["uncounted"]),
        }
        return cls(**(told | changed))

    def gauges(self) -> dict[str, float]:
        """Return the figures as metrics, under Model Monitor's names."""
        lost = {"unmatched_truths": float(self.troubles.get(UNMATCHED, 0))} if self.problem else {}
        if not self.fresh or self.joined is None:
            return lost
        shown = {each.name: each.value for each in self.joined.tally.metrics()}
        return {"known_truths": float(self.joined.tally.count), **shown, **lost}

    def remembered(self) -> dict[str, Any]:
        """Return what the ledger remembers."""
        return {
            "waiting": self.waiting,
            "hours": list(self.hours),
            "judged": self.judged,
            "figures": self.figures.as_dict(),
            "uncounted": list(self.uncounted),
            "progress": dict(self.progress),
            "matches": dict(self.matches),
            "lacking": self.lacking,
            "until": self.until,
        }


def _counts(joined: Joined) -> dict[str, Any]:
    return {
        "answers": joined.answers,
        "known": joined.known,
        "troubles": dict(joined.troubles),
    }
