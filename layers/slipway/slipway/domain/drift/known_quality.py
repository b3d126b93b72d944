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
    troubles : mapping
        Lines of ground truth that could not be used, by reason.
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
        }
        return cls(**(told | changed))

    def gauges(self) -> dict[str, float]:
        """Return the figures as metrics, under Model Monitor's names."""
        if not self.fresh or self.joined is None:
            return {}
        shown = {each.name: each.value for each in self.joined.tally.metrics()}
        return {"known_truths": float(self.joined.tally.count), **shown}

    def remembered(self) -> dict[str, Any]:
        """Return what the ledger remembers."""
        return {
            "waiting": self.waiting,
            "hours": list(self.hours),
            "judged": self.judged,
            "figures": self.figures.as_dict(),
        }


def _counts(joined: Joined) -> dict[str, Any]:
    return {
        "answers": joined.answers,
        "known": joined.known,
        "troubles": dict(joined.troubles),
    }
