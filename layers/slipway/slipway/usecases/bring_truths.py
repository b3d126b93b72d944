"""Bring truths to the answers that they are about: read, find, lay down, count.

All of it may be done again by the same run or by the next one: which truths were read, what waits
and how far anybody looked counts once the run has ended, and what is written before that says the
same however often it is written.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from slipway.domain.drift.files import hour_of
from slipway.domain.drift.known_quality import ELSEWHERE, UNMATCHED
from slipway.domain.drift.quality.matching import Matches
from slipway.domain.naming.monitoring import run_folder
from slipway.usecases.answer_files import AnswerFiles
from slipway.usecases.collect_truths import collect_truths
from slipway.usecases.find_answers import Progress, find_answers
from slipway.usecases.join_truths import TruthJoiner
from slipway.usecases.route_truths import TruthRouter

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.drift.quality import QualitySettings
    from slipway.domain.drift.record import DriftRecord, Run, Watermark
    from slipway.ports import CaptureFiles, Shelf
    from slipway.usecases.join_truths import Counted
    from slipway.usecases.patience import Patience

INDEX, WAITING = "truths.jsonl", "waiting-truths.jsonl"


@dataclass(frozen=True, slots=True)
class Brought:
    """What became of truths.

    Parameters
    ----------
    counted : Counted
        Hours of which more is known now.
    waiting : str
        The key of truths that no answer was found for yet; empty without any.
    progress, matches : mapping
        As the ledger remembers them.
    troubles : mapping
        Truths that were left out, by reason.
    """

    counted: Counted
    mark: Watermark
    waiting: str
    progress: Mapping[str, Any]
    matches: Mapping[str, Any]
    troubles: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Bringer:
    """Has a run's share of truths brought to their answers.

    Parameters
    ----------
    share : float
        Which share of requests is captured.
    """

    record: DriftRecord
    run: Run
    asked: QualitySettings
    share: float
    files: CaptureFiles
    shelf: Shelf
    patience: Patience

    @property
    def joiner(self) -> TruthJoiner:
        """Who counts hours."""
        return TruthJoiner(self.record.variant, self.asked, self._answers, self.record.since)

    @property
    def _answers(self) -> AnswerFiles:
        return AnswerFiles(self.record.endpoint, files=self.files, shelf=self.shelf)

    @property
    def _moment(self) -> datetime:
        return datetime.fromisoformat(self.run.since)

    def bring(self) -> Brought:
        """Read what was told, lay it to its hours, and count these anew."""
        record, known = self.record, dict(self.record.truths or {})
        work = run_folder(record.endpoint, self.run.id)
        wait = timedelta(seconds=self.asked.wait_seconds)
        before = Progress(**known.get("progress", {}))
        truths = collect_truths(
            record,
            work + INDEX,
            self._moment,
            wait,
            rounds=before.rounds,
            files=self.files,
            shelf=self.shelf,
        )
        first = hour_of(self._moment - wait)
        found = find_answers(truths.hashes(), self._answers, first, before, self.patience)
        mine = hour_of(datetime.fromisoformat(record.since)) if record.since else ""
        router = TruthRouter(record.endpoint, self.run.id, found, mine, record.variant)
        waiting = router.route(truths, work + WAITING, self._moment, self.shelf)
        # What waits to be counted comes first: no hour is put off for ever.
        hours = list(dict.fromkeys([*known.get("uncounted", ()), *router.hours]))
        return Brought(
            self.joiner.count(hours, self.patience),
            truths.mark,
            waiting,
            asdict(found.progress),
            self._matches(known, router).as_dict(),
            _troubles(truths.troubles, router),
        )

    def _matches(self, known: Mapping[str, Any], router: TruthRouter) -> Matches:
        before = known.get("matches", {})
        window = Matches.of(before, self._moment, self.share, self.asked.minimum)
        return window.with_more(router.matched, router.unmatched)


def _troubles(lines: Mapping[str, int], router: TruthRouter) -> dict[str, int]:
    counts = {**lines, UNMATCHED: router.unmatched, ELSEWHERE: router.elsewhere}
    return {reason: count for reason, count in sorted(counts.items()) if count}
