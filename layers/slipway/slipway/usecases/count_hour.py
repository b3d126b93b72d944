"""Count the answers of an hour beside everything that is known of them by now."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from slipway.domain.drift.ids import PARTS, answer_bytes, hashes_of, together
from slipway.domain.drift.quality import TALLIES, CapturedAnswer, Joined, join
from slipway.domain.drift.times import is_before, moment_of
from slipway.domain.naming.monitoring import truths_of
from slipway.errors import FileGone
from slipway.usecases.split_truths import split_truths

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from slipway.domain.drift.files import FoundFile
    from slipway.domain.drift.ids import IdIndex
    from slipway.domain.drift.ids.index import Ends, Hashes
    from slipway.domain.drift.quality import QualitySettings
    from slipway.usecases.answer_files import AnswerFile, AnswerFiles, Place
    from slipway.usecases.split_truths import Values

# What is held in memory at once, in files' bytes; as objects they are some ten times that.
_MOST_TRUTHS, _MOST_IDS, _MOST_ANSWERS = 16 << 20, 32 << 20, 64 << 20


@dataclass(frozen=True, slots=True)
class _Kept:
    file: AnswerFile
    ends: Ends


class HourCounter:
    """Reads of an hour's answers those that truths are about, a part of all ids at a time.

    Parameters
    ----------
    since : str
        What was asked before is another release's, ISO 8601 in UTC; empty if nothing is.
    """

    def __init__(self, answers: AnswerFiles, settings: QualitySettings, since: str = "") -> None:
        self.answers = answers
        self.settings = settings
        self.since = moment_of(since)

    def count(self, place: Place) -> Joined:
        """Return the tally of all that is known of an hour."""
        kept = list(self._kept(place))
        folder = truths_of(self.answers.endpoint, place.variant, place.hour)
        told = list(self.answers.files.list_from(folder))
        groups = _groups(kept, told)
        width = PARTS // groups
        whole = Joined(TALLIES[self.settings.problem]())
        with split_truths(told, groups, self.answers.shelf) as truths:
            for number in range(groups):
                parts = number * width, (number + 1) * width
                whole = whole.merged(self._part(kept, parts, truths(number)))
        return whole

    def _kept(self, place: Place) -> Iterator[_Kept]:
        for file in self.answers.of(place):
            try:
                yield _Kept(file, self.answers.ends(file))
            except FileGone:
                continue  # It has expired since it was listed.

    def _part(
        self, kept: Sequence[_Kept], parts: tuple[int, int], truths: dict[str, Values]
    ) -> Joined:
        wanted = together([hashes_of(truths)])
        seen: list[Hashes] = []
        answers: dict[str, CapturedAnswer] = {}
        for each in kept:
            try:
                index = self.answers.index(each.file, each.ends, *parts)
                found = list(self._read(each.file, index, wanted))
            except FileGone:
                continue
            seen.append(index.hashes)
            answers.update((one.id, one) for one in found if one.id in truths)
        joined = join(answers.values(), truths, self.settings)
        return replace(joined, answers=len(together(seen)))

    def _read(self, file: AnswerFile, index: IdIndex, wanted: Hashes) -> Iterator[CapturedAnswer]:
        for span in index.spans(wanted):
            lines = self.answers.lines(file, span.start, span.end)
            for number in span.lines:
                answer = _answer(lines, number)
                if answer is not None and not is_before(answer.at, self.since):
                    yield answer


def _answer(lines: Sequence[bytes], number: int) -> CapturedAnswer | None:
    try:
        return CapturedAnswer(*json.loads(lines[number]))
    except (IndexError, ValueError, TypeError):
        return None  # Somebody has changed the file, perhaps to delete a person's data.


def _groups(kept: Sequence[_Kept], told: Sequence[FoundFile]) -> int:
    """Return how many parts the hour is counted in: a power of two."""
    sizes: list[tuple[int, int]] = [
        (sum(each.size for each in told), _MOST_TRUTHS),
        (sum(each.file.size for each in kept), _MOST_IDS),
        (sum(answer_bytes(each.ends) for each in kept), _MOST_ANSWERS),
    ]
    needed = max(size / most for size, most in sizes)
    groups = 1
    while groups < min(needed, PARTS):
        groups *= 2
    return groups
