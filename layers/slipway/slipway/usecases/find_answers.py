"""Find the hours that truths are about, without reading an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from slipway.domain.drift.ids import Search
from slipway.errors import FileGone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.drift.ids.index import Hashes
    from slipway.usecases.answer_files import AnswerFile, AnswerFiles, Place
    from slipway.usecases.patience import Patience

# A function has a quarter of an hour, and what was found has to be counted in it.
FINDS = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far answers were looked through.

    Parameters
    ----------
    hour : str
        Where the next look goes on; empty if it begins anew with the latest hour.
    rounds : int
        How often all hours were looked through.
    """

    hour: str = ""
    rounds: int = 0


@dataclass(frozen=True, slots=True)
class Found:
    """Where the answers are that truths are about."""

    search: Search
    places: Sequence[Place]
    progress: Progress

    def places_of(self, hashes: Hashes) -> list[Place | None]:
        """Return where the answers with these hashes are; None where that is not known yet."""
        which = self.search.places(hashes)
        return [self.places[each] if each >= 0 else None for each in which]


def find_answers(
    hashes: Hashes, answers: AnswerFiles, first: str, before: Progress, patience: Patience
) -> Found:
    """Look through hours, the latest first, as far as time allows.

    Parameters
    ----------
    first : str
        Earlier hours are too old.
    before : Progress
        How far the last look came: this one goes on there.
    """
    search = Search(hashes)
    if not hashes.size:
        return Found(search, [], Progress(rounds=before.rounds))
    places: dict[Place, int] = {}
    stopped = ""
    for hour, files in _hours(answers, first, before.hour):
        if not search.missing:
            break
        if places and not patience.lasts(FINDS):
            stopped = hour
            break
        for file in files:
            _look(search, file, answers, places.setdefault(file.place, len(places)))
    return Found(search, list(places), Progress(stopped, before.rounds + (not stopped)))


def _hours(answers: AnswerFiles, first: str, last: str) -> list[tuple[str, list[AnswerFile]]]:
    """Return the files of each hour up to one, the latest first."""
    found: dict[str, list[AnswerFile]] = {}
    for file in answers.since(first):
        found.setdefault(file.place.hour, []).append(file)
    hours = [hour for hour in found if not last or hour <= last]
    return [(hour, found[hour]) for hour in sorted(hours, reverse=True)]


def _look(search: Search, file: AnswerFile, answers: AnswerFiles, place: int) -> None:
    try:
        search.look(answers.whole(file).hashes, place)
    except FileGone:
        return  # It has expired since it was listed.
