"""What a run came to, on its way from whoever judged to whoever tells."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from slipway.domain.drift.record import BaselineRef, Pending, Watermark
from slipway.domain.drift.troubles import told_troubles
from slipway.domain.drift.verdict import DriftVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.drift.record import DriftRecord

_TOLD_FEATURES = 10


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """The verdict, what it stands on, and what the next run has to know.

    Parameters
    ----------
    index : str
        The key of the list of all files that are counted now; empty if nothing was.
    first, last : str
        The earliest and the latest request, as captured.
    files, copies, gone : int
        Files that were read; that were copies of others; that were gone before they were read.
    places : tuple of str
        The folders of S3 that the window lies in.
    files_written : mapping
        S3 URIs of what people read: `report`, `statistics`, `violations`; empty without any.
    ratios : mapping
        Distances as multiples of their limits, the largest ones, by side and feature.
    pending, learning : Pending, optional
        What was too little to judge, or to learn from, for the next run.
    baseline : BaselineRef, optional
        What the next run is to compare with, if that has changed.
    anew : bool
        Whether columns and baseline are looked for anew: most rows have others than the first ones.
    labels : Watermark, optional
        How far ground truth is counted now.
    truths : mapping, optional
        What is known now of how good the model is.
    unjudged : str
        Why what came cannot be judged though it is not too little; empty if it can.
    enough : int
        Of how many such records somebody is told at once.
    again : str
        What tells these captures from those of the next run, which reads them again; empty if they
        count as read.
    gauges : mapping
        Metrics.
    """

    verdict: DriftVerdict
    index: str = ""
    first: str = ""
    last: str = ""
    files: int = 0
    copies: int = 0
    gone: int = 0
    troubles: Mapping[str, int] = field(default_factory=dict)
    places: tuple[str, ...] = ()
    files_written: Mapping[str, str] = field(default_factory=dict)
    ratios: Mapping[str, float] = field(default_factory=dict)
    pending: Pending | None = None
    learning: Pending | None = None
    baseline: BaselineRef | None = None
    anew: bool = False
    labels: Watermark | None = None
    truths: Mapping[str, Any] | None = None
    unjudged: str = ""
    enough: int = 0
    again: str = ""
    gauges: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def nothing(cls, reason: str, record: DriftRecord) -> Self:
        """Return what a run came to that had nothing to judge; all stays as it was."""
        verdict = DriftVerdict(Verdict.CANNOT_TELL, reason)
        return cls(
            verdict,
            pending=record.pending,
            learning=record.learning,
            labels=record.labels,
            truths=record.truths,
            gauges={"records": 0.0},
        )

    @classmethod
    def unread(cls, told: Mapping[str, Any], again: str, record: DriftRecord) -> Self:
        """Return what a run came to that saw columns in no request; all is read again.

        Parameters
        ----------
        told : mapping
            `records` that were looked at, their `troubles` by reason, and of how many somebody is
            told at once, `enough`.
        """
        words = f"None of {told['records']:,} captured records that were looked at can be read"
        reason = f"{words}: {told_troubles(told['troubles'])}."
        nothing = cls.nothing(reason, record)
        verdict = DriftVerdict(Verdict.CANNOT_TELL, reason, records=int(told["records"]))
        return replace(
            nothing,
            verdict=verdict,
            troubles=told["troubles"],
            unjudged=reason,
            enough=int(told["enough"]),
            again=again,
            gauges={"records": 0.0, "unreadable": float(sum(told["troubles"].values()))},
        )

    @property
    def report(self) -> str:
        """S3 URI of the page; empty without one."""
        return self.files_written.get("report", "")

    def to_bytes(self) -> bytes:
        """Return a file."""
        return json.dumps(asdict(self) | {"verdict": self.verdict.as_dict()}).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Read a file of :meth:`to_bytes`."""
        told: dict[str, Any] = json.loads(content)
        kept = {name: Pending(**told[name]) for name in ("pending", "learning") if told[name]}
        baseline = BaselineRef(**told["baseline"]) if told["baseline"] else None
        verdict = DriftVerdict.from_dict(told["verdict"])
        labels = Watermark(**told["labels"]) if told["labels"] else None
        rest: dict[str, Any] = {"verdict": verdict, "baseline": baseline, "labels": labels}
        rest["places"] = tuple(told["places"])
        return cls(**(told | {"pending": None, "learning": None} | kept | rest))

    def entry(self, run: str, due: str, at: str) -> dict[str, Any]:
        """Return what the ledger remembers of the run."""
        verdict = self.verdict
        return {
            "run": run,
            "due": due,
            "at": at,
            "verdict": str(verdict.verdict),
            "severity": str(verdict.severity),
            "reason": verdict.reason,
            "features": list(verdict.features[:_TOLD_FEATURES]),
            "files": self.files,
            "copies": self.copies,
            "gone": self.gone,
            "records": verdict.records,
            "rows": verdict.rows,
            "troubles": dict(self.troubles),
            "ratios": dict(self.ratios),
            "report": self.report,
        }
