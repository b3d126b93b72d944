"""Lay what turned out to be true beside the answers of the hour that it is about."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from slipway.domain.drift.quality import TALLIES, CapturedAnswer, Joined, join
from slipway.domain.naming.monitoring import answers_of, tally_key, truths_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from slipway.domain.drift.quality import QualitySettings
    from slipway.ports import CaptureFiles, Shelf

Values = tuple[Any, ...]

# A function has a quarter of an hour; what is left then waits for the next run.
MOST_ANSWERS = 20_000_000


@dataclass(frozen=True, slots=True)
class Variant:
    """Whose answers they are."""

    endpoint: str
    name: str


class TruthJoiner:
    """Finds the hours that truths are about, and counts these hours anew.

    Nothing is added to what was counted: an hour's tally is made of all of its answers and all that
    is known of them by now, so a truth that comes twice or is corrected counts once.
    """

    def __init__(
        self, variant: Variant, settings: QualitySettings, *, files: CaptureFiles, shelf: Shelf
    ) -> None:
        self.variant = variant
        self.settings = settings
        self.files = files
        self.shelf = shelf

    def join(self, run: str, truths: dict[str, Values], hours: Iterable[str]) -> list[str]:
        """Count the hours anew that truths are about; return them.

        Parameters
        ----------
        truths : dict
            By id; those whose hour was found are taken out.
        hours : iterable of str
            Where answers may lie, such as ``2026/03/02/08``.
        """
        changed: list[str] = []
        looked_at = 0
        for hour in hours:
            if not truths or looked_at > MOST_ANSWERS:
                break
            ids = {answer.id for answer in self._answers(hour)}
            looked_at += len(ids)
            known = {each: truths.pop(each) for each in ids & truths.keys()}
            if known:
                self._keep(run, hour, known)
                self._count(hour, len(ids))
                changed.append(hour)
        return changed

    def total(self, hours: Iterable[str]) -> Joined:
        """Return what is known of some hours together."""
        kind = TALLIES[self.settings.problem]
        both = Joined(kind())
        for hour in hours:
            content = self.shelf.get(self._tally(hour))
            if content is None:
                continue
            told = json.loads(content)
            if told["problem"] != self.settings.problem:
                continue
            troubles = dict(both.troubles)
            for reason, count in told["troubles"].items():
                troubles[reason] = troubles.get(reason, 0) + count
            both = Joined(
                both.tally.merged(kind.from_dict(told["tally"])),  # type: ignore[arg-type]  # both are of one kind
                both.answers + told["answers"],
                both.known + told["known"],
                troubles,
            )
        return both

    def _answers(self, hour: str) -> Iterator[CapturedAnswer]:
        folder = answers_of(self.variant.endpoint, self.variant.name, hour)
        for file in self.files.list_from(folder):
            for line in self.shelf.lines(file.key):
                yield CapturedAnswer(*json.loads(line))

    def _keep(self, run: str, hour: str, known: dict[str, Values]) -> None:
        lines = (
            json.dumps([each, list(values)]).encode() + b"\n" for each, values in known.items()
        )
        self.shelf.put_lines(f"{self._truths(hour)}{run}.jsonl", lines)

    def _count(self, hour: str, answers: int) -> None:
        truths = {
            each: tuple(values)
            for file in self.files.list_from(self._truths(hour))
            for each, values in map(json.loads, self.shelf.lines(file.key))
        }
        known = (answer for answer in self._answers(hour) if answer.id in truths)
        joined = replace(join(known, truths, self.settings), answers=answers)
        told = {
            "problem": self.settings.problem,
            "answers": joined.answers,
            "known": joined.known,
            "troubles": dict(joined.troubles),
            "tally": joined.tally.as_dict(),
        }
        self.shelf.put(self._tally(hour), json.dumps(told).encode())

    def _truths(self, hour: str) -> str:
        return truths_of(self.variant.endpoint, self.variant.name, hour)

    def _tally(self, hour: str) -> str:
        return tally_key(self.variant.endpoint, self.variant.name, hour)
