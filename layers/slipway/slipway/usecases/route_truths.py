"""Lay each truth to the hour of its answer, or keep it for when that is captured."""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

from slipway.domain.drift.ids import hashes_of
from slipway.domain.naming.monitoring import truths_of
from slipway.usecases.collect_truths import waiting_line

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from slipway.ports import Shelf
    from slipway.usecases.answer_files import Place
    from slipway.usecases.collect_truths import Told, Truths
    from slipway.usecases.find_answers import Found

# Truths may come before the answers that they are about are captured. What is about no answer, for
# not all are captured, is not waited for any longer; but each is looked for twice among all.
WAITS, ROUNDS = timedelta(days=1), 2
MOST_WAITING = 2_000_000
# So much is held in memory before it is written.
_HELD = 48 * 1024 * 1024


class TruthRouter:
    """Goes through truths once, and counts what became of each.

    Attributes
    ----------
    hours : dict
        In which of the variant's hours something was told, in the order of telling.
    matched, unmatched, elsewhere, waiting : int
        Truths whose answer was found; that were waited with for long enough; that are about answers
        of another release; that wait.
    """

    def __init__(self, endpoint: str, run: str, found: Found, first: str, variant: str) -> None:
        self.hours: dict[str, None] = {}
        self.matched = self.unmatched = self.elsewhere = self.waiting = 0
        self._endpoint, self._run, self._found = endpoint, run, found
        self._first, self._variant = first, variant
        self._held: dict[str, list[bytes]] = defaultdict(list)
        self._size = self._written = 0
        # The oldest ones have been looked for the most often.
        self._skipped = max(0, found.search.missing - MOST_WAITING)

    def route(self, truths: Truths, key: str, moment: datetime, shelf: Shelf) -> str:
        """Write truths to their hours, and the others to a file; return its key, if any wait.

        Whoever repeats it writes the same files; what another run wrote of the same truths is told
        twice, and a truth that is told twice counts once.
        """
        shelf.put_lines(key, self._rest(truths, (moment - WAITS).isoformat(), shelf))
        self._flush(shelf)
        return key if self.waiting else ""

    def _rest(self, truths: Truths, oldest: str, shelf: Shelf) -> Iterator[bytes]:
        for some in truths:
            places = self._found.places_of(hashes_of(each.id for each in some))
            for told, place in zip(some, places, strict=True):
                if place is not None:
                    self._lay(told, place)
                elif self._waits(told, oldest):
                    self.waiting += 1
                    yield waiting_line(told)
                else:
                    self.unmatched += 1
            if self._size >= _HELD:
                self._flush(shelf)

    def _lay(self, told: Told, place: Place) -> None:
        if place.variant != self._variant or place.hour < self._first:
            self.elsewhere += 1
            return
        self.matched += 1
        self.hours[place.hour] = None
        line = json.dumps([told.id, list(told.values)]).encode() + b"\n"
        self._held[place.hour].append(line)
        self._size += len(line)

    def _waits(self, told: Told, oldest: str) -> bool:
        old = told.since < oldest and self._found.progress.rounds >= told.rounds + ROUNDS
        if old or self._skipped:
            self._skipped = max(0, self._skipped - 1)
            return False
        return True

    def _flush(self, shelf: Shelf) -> None:
        for hour, lines in self._held.items():
            folder = truths_of(self._endpoint, self._variant, hour)
            shelf.put_lines(f"{folder}{self._run}-{self._written:03}.jsonl", lines)
        self._held.clear()
        self._size = 0
        self._written += 1
