"""Which captures nobody has counted yet, as work for many hands."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.drift.files import MOST_FILES, batches, is_capture
from slipway.domain.drift.times import moment_of
from slipway.domain.naming.monitoring import captures_of, run_folder
from slipway.ports import DriftBook, ReleaseBook
from slipway.usecases.drift_run import hold_run
from slipway.usecases.drift_settings import drift_settings
from slipway.usecases.survey_files import Folder, Surveyor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slipway.domain.drift.files import Part
    from slipway.ports import CaptureFiles, Shelf
    from slipway.usecases.drift_run import RunRef

PLAN, INDEX, TWINS = "plan.jsonl", "planned.jsonl", "twins.json"
# So many folders of hours are named, two days.
MOST_PLACES = 48


class PlanningBook(DriftBook, ReleaseBook, Protocol):
    """The parts of the ledger that say what is counted, and what is watched."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What there is to read.

    Parameters
    ----------
    plan : str
        The key of the list of batches, a JSON object in a line.
    index : str
        The key of the list of all files that are counted then.
    until, first_key : str
        How far captures are counted once all of this has been read.
    left : int
        Files that the next run reads: there are too many for one.
    places : tuple of str
        S3 URIs of the folders that they lie in, or of the one above if they are too many.
    answers : bool
        Whether answers are kept for when the truth is known.
    quality : bool
        Whether it is looked at how good the model turned out to be.
    """

    plan: str
    index: str
    until: str
    first_key: str
    batches: int
    files: int
    bytes: int
    left: int = 0
    places: tuple[str, ...] = ()
    answers: bool = False
    quality: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for the workflow."""
        return {**asdict(self), "places": list(self.places)}


def plan_drift(ref: RunRef, *, ledger: PlanningBook, files: CaptureFiles, shelf: Shelf) -> Planned:
    """Write the list of what is to be read; may be repeated until somebody reads it.

    The moment that the run began is what counts: what is younger is left to the next one.
    """
    record, run = hold_run(ref, ledger)
    path, work = captures_of(ref.endpoint, record.variant), run_folder(ref.endpoint, ref.run)
    captures = Folder(path, lambda key: is_capture(key, path), MOST_FILES)
    began = datetime.fromisoformat(run.since)
    found = Surveyor(files, shelf).survey(captures, record.watermark, work + INDEX, began)
    common = {"since": moment_of(record.since)} if record.since else {}
    if found.twins:
        shelf.put(work + TWINS, json.dumps(found.twins).encode())
        common["twins"] = work + TWINS
    lines = [_line(number, batch, common) for number, batch in enumerate(batches(found.parts))]
    shelf.put_lines(work + PLAN, lines)
    asked = drift_settings(record, ledger).quality
    return Planned(
        plan=work + PLAN,
        index=found.mark.index,
        until=found.mark.until,
        first_key=found.mark.first_key,
        batches=len(lines),
        files=len(found.parts),
        bytes=sum(part.size for part in found.parts),
        left=found.left,
        places=tuple(map(shelf.uri, _folders(found.parts, path))),
        answers=asked.problem is not None,
        quality=asked.problem is not None or bool(asked.business),
    )


def _folders(parts: Sequence[Part], above: str) -> list[str]:
    found = sorted({part.key.rpartition("/")[0] + "/" for part in parts})
    return found if len(found) <= MOST_PLACES else [above]


def _line(number: int, batch: Sequence[Part], common: Mapping[str, str]) -> bytes:
    work = {"batch": number, "files": [part.as_dict() for part in batch], **common}
    return json.dumps(work, separators=(",", ":")).encode() + b"\n"
