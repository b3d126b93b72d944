"""Lay what turned out to be true beside the answers of the hours that it is about."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from slipway.domain.drift.quality import TALLIES, Joined
from slipway.domain.naming.monitoring import tally_key
from slipway.usecases.answer_files import Place
from slipway.usecases.count_hour import HourCounter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from slipway.domain.drift.quality import QualitySettings
    from slipway.ports import Shelf
    from slipway.usecases.answer_files import AnswerFiles
    from slipway.usecases.patience import Patience

# A function has a quarter of an hour; one more hour of answers fits into what is left of it.
COUNTS = timedelta(minutes=9)


@dataclass(frozen=True, slots=True)
class Counted:
    """Hours that were counted, and those for which no time was left."""

    hours: Sequence[str]
    left: Sequence[str]


class TruthJoiner:
    """Counts hours anew of which more is known.

    Nothing is added to what was counted: an hour's tally is made of all of its answers and all that
    is known of them by now, so a truth that comes twice or is corrected counts once.
    """

    def __init__(
        self, variant: str, settings: QualitySettings, answers: AnswerFiles, since: str
    ) -> None:
        self.variant = variant
        self.settings = settings
        self.endpoint = answers.endpoint
        self.shelf: Shelf = answers.shelf
        self.counter = HourCounter(answers, settings, since)

    def count(self, hours: Sequence[str], patience: Patience) -> Counted:
        """Count hours in this order, one at least, as far as time allows."""
        for done, hour in enumerate(hours):
            if done and not patience.lasts(COUNTS):
                return Counted(hours[:done], hours[done:])
            self._count(hour)
        return Counted(hours, ())

    def total(self, hours: Iterable[str]) -> Joined:
        """Return what is known of some hours together."""
        kind = TALLIES[self.settings.problem]
        whole = Joined(kind())
        for hour in hours:
            content = self.shelf.get(self._tally(hour))
            if content is None:
                continue
            told = json.loads(content)
            if told.pop("problem") == self.settings.problem:
                whole = whole.merged(Joined(kind.from_dict(told.pop("tally")), **told))
        return whole

    def _count(self, hour: str) -> None:
        joined = self.counter.count(Place(hour, self.variant))
        told = {
            "problem": self.settings.problem,
            "answers": joined.answers,
            "known": joined.known,
            "troubles": dict(joined.troubles),
            "tally": joined.tally.as_dict(),
        }
        self.shelf.put(self._tally(hour), json.dumps(told).encode())

    def _tally(self, hour: str) -> str:
        return tally_key(self.endpoint, self.variant, hour)
