"""Tell what has become of an endpoint's drift, once; then what was read counts as read."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Self

from slipway.domain.drift.episode import Episode, Window, next_turn
from slipway.domain.drift.episode import News as Happened
from slipway.domain.drift.outcome import RunOutcome
from slipway.domain.drift.record import Watermark
from slipway.domain.naming.monitoring import captures_of, ground_truth_of
from slipway.usecases.drift_news import Teller, farewell, plain_turn, turn_of
from slipway.usecases.drift_run import hold_run
from slipway.usecases.kept_files import kept
from slipway.usecases.tell_blind import tell_blind
from slipway.usecases.tell_truths import tell_truths

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.drift.record import DriftRecord, Run
    from slipway.ports import Announcer, Clock, DriftBook, Gauges, News, Shelf
    from slipway.usecases.drift_run import RunRef


@dataclass(frozen=True, slots=True)
class Done:
    """What the run has done.

    Parameters
    ----------
    outcome : str
        The key of what was found; empty if there was nothing to judge.
    index : str
        The key of the list of all files that are counted; empty if none is.
    until, first_key : str
        How far they are.
    files, bytes : int
        What there was to read.
    unread : mapping
        What of it shows no columns, and why; empty if nothing of it is unreadable.
    unknown : mapping
        Error and Cause of why nobody knows how good the model is; empty if it was looked at.
    """

    outcome: str
    index: str
    until: str
    first_key: str
    files: int
    bytes: int = 0
    unread: Mapping[str, Any] = field(default_factory=dict)
    unknown: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> Self:
        """Read a state's payload."""
        planned, judged = event["planned"], event["judged"]
        return cls(
            str(judged.get("outcome", "")),
            index=str(planned["index"]),
            until=str(planned["until"]),
            first_key=str(planned["first_key"]),
            files=int(planned["files"]),
            bytes=int(planned["bytes"]),
            # What was started before a change goes on with the workflow as it was.
            unread=event.get("learnt", {}).get("unread", {}),
            unknown=event.get("unknown") or {},
        )


class DriftTeller:
    """Ends a run: what is to be told is decided and written once, told, and then the run closed.

    Whoever repeats it after a crash tells the same, and nobody else may: the ledger holds what was
    decided until the write that ends the run.
    """

    def __init__(
        self,
        *,
        ledger: DriftBook,
        shelf: Shelf,
        announcer: Announcer,
        gauges: Gauges,
        clock: Clock,
    ) -> None:
        self.ledger = ledger
        self.shelf = shelf
        self.announcer = announcer
        self.gauges = gauges
        self.clock = clock

    def tell(self, ref: RunRef, done: Done) -> dict[str, Any]:
        """End the run.

        Raises
        ------
        RunLost
            If another execution has taken over, or the run has ended.
        """
        record, run = hold_run(ref, self.ledger)
        mine = record.telling is not None and record.telling["run"] == run.id
        # Decided before a crash: by this run, or by one that nobody finished.
        told = self._tell(ref, record)
        told += self._announce(farewell(record, ref.execution))
        outcome = self._outcome(done, record)
        if not mine:
            heard = replace(record, telling=None, replaced=None)
            record = self._decide(heard, run, done, outcome)
            told += self._tell(ref, record)
        record = tell_blind(
            record,
            outcome,
            self.clock.now(),
            execution=ref.execution,
            announcer=self.announcer,
        )
        truths = tell_truths(
            record,
            outcome,
            done.unknown,
            self.clock.now(),
            execution=ref.execution,
            announcer=self.announcer,
        )
        outcome = replace(outcome, truths=truths)
        self.gauges.show(outcome.gauges, {"Endpoint": ref.endpoint}, self.clock.now())
        self.ledger.write_drift(self._closed(record, run, done, outcome))
        verdict = outcome.verdict
        return {"verdict": str(verdict.verdict), "reason": verdict.reason, "told": told}

    def _outcome(self, done: Done, record: DriftRecord) -> RunOutcome:
        if done.outcome:
            return self._read(done.outcome)
        if done.unread:
            return RunOutcome.unread(done.unread, f"{done.files}/{done.bytes}", record)
        if done.files:
            return RunOutcome.nothing("No request of a user is among what was captured.", record)
        return RunOutcome.nothing("Nothing was captured since the last look.", record)

    def _read(self, key: str) -> RunOutcome:
        return RunOutcome.from_bytes(kept(key, self.shelf))

    def _decide(
        self, record: DriftRecord, run: Run, done: Done, outcome: RunOutcome
    ) -> DriftRecord:
        """Return the record with the episode as it is now; written if there is news of it."""
        before = Episode.from_dict(dict(record.episode)) if record.episode else None
        looked = self.clock.now().isoformat()
        window = Window(outcome.first or run.since, outcome.last or run.since, looked)
        turn = next_turn(before, outcome.verdict, window, run.id)
        decided = replace(record, episode=turn.episode.as_dict() if turn.episode else None)
        if turn.news is Happened.NOTHING:
            return decided
        telling = {
            "run": run.id,
            "outcome": done.outcome,
            "turn": plain_turn(turn),
            "release": record.release,
            "version": record.version,
            "data": self._data(record, outcome),
        }
        decided = replace(decided, telling=telling)
        self.ledger.write_drift(decided)
        return replace(decided, revision=decided.revision + 1)

    def _tell(self, ref: RunRef, record: DriftRecord) -> list[str]:
        """Tell what was decided and not yet closed; return the kinds of the events."""
        telling = record.telling
        if telling is None:
            return []
        outcome = self._read(str(telling["outcome"]))
        about = replace(record, release=telling["release"], version=telling["version"])
        teller = Teller(about, ref.execution, outcome, telling["data"])
        return self._announce(teller.news(turn_of(telling["turn"])))

    def _announce(self, news: list[News]) -> list[str]:
        for each in news:
            self.announcer.announce(each)
        return [each.kind for each in news]

    def _data(self, record: DriftRecord, outcome: RunOutcome) -> dict[str, str]:
        """Return where everything lies that a training pipeline needs."""
        # Where the model moved, the window lies in the folders of both variants.
        variant = "" if record.moved else record.variant
        captured = self.shelf.uri(captures_of(record.endpoint, variant))
        files = {n: uri for n, uri in outcome.files_written.items() if n != "report"}
        if outcome.labels:
            files["ground_truth"] = self.shelf.uri(ground_truth_of(record.endpoint))
        return {"captured": captured, **_baseline(record), **files}

    def _closed(
        self, record: DriftRecord, run: Run, done: Done, outcome: RunOutcome
    ) -> DriftRecord:
        # Where nothing could be measured nothing was counted, and all of it is read again.
        counted = outcome.index or ("" if done.files else done.index)
        mark = Watermark(done.until, done.first_key, counted) if counted else record.watermark
        ended = record.ended(outcome.entry(run.id, run.due, self.clock.now().isoformat()))
        return replace(
            ended,
            watermark=mark,
            baseline=None if outcome.anew else outcome.baseline or record.baseline,
            moved=record.moved and record.episode is not None,
            pending=outcome.pending,
            learning=outcome.learning,
            labels=outcome.labels,
            truths=outcome.truths,
            telling=None,
            replaced=None,
            failing=None,
        )


def _baseline(record: DriftRecord) -> dict[str, str]:
    known = record.baseline
    if known is None:
        return {}
    files = {f"baseline_{name}": uri for name, uri in known.files.items()}
    return {"baseline": known.uri, **files}
