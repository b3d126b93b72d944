"""Reads captures into a profile, folder by folder, so that it can be told when drift began."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING

from slipway.domain.drift.following import Follower
from slipway.domain.drift.profiles import Profile
from slipway.domain.drift.reading import observe_largest, read_captures
from slipway.domain.drift.report import PastLook
from slipway.domain.drift.verdict import Verdict
from slipway.usecases.judge_profile import judge_profile
from slipway_cli.drift_baseline import reading
from slipway_cli.terminal import errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from slipway.domain.drift.baseline import Baseline
    from slipway.domain.drift.schema import Schema
    from slipway.domain.drift.settings import Settings
    from slipway_cli.captures import CaptureFile


@dataclass(frozen=True, slots=True)
class Captured:
    """What was read.

    Parameters
    ----------
    looks : sequence of PastLook
        What each folder by itself comes to, in the order of time: SageMaker makes one an hour.
        Empty where there are not several that say something.
    copies : int
        Files that hold what another one holds, and are not counted.
    """

    profile: Profile
    looks: Sequence[PastLook] = field(default=())
    copies: int = 0

    @property
    def began(self) -> datetime | None:
        """Since when each folder has drifted; None if the last one has not."""
        moment = None
        for look in reversed(self.looks):
            if look.verdict != Verdict.DRIFT:
                break
            moment = look.at
        return moment


def read_captured(baseline: Baseline, files: Sequence[CaptureFile], settings: Settings) -> Captured:
    """Profile files. Folders are read one after the other, so that one at a time is in memory."""
    seen = observe_largest(files, lambda file: file.size, lambda file: file.pieces())
    schema = baseline.schema_beside(seen)
    baseline.check_mask(schema)
    whole = Profile(schema, baseline.bins)
    looks: list[PastLook] = []
    known: set[str] = set()
    with reading(errors) as progress:
        task = progress.add_task("Reading", total=sum(file.size for file in files))

        def pieces(file: CaptureFile) -> Iterator[bytes]:
            follower = Follower(file.pieces(), file.size)
            if follower.identity in known:
                progress.update(task, advance=file.size)
                return
            known.add(follower.identity)
            for piece in follower.pieces():
                yield piece
                progress.update(task, advance=len(piece))

        for _, folder in groupby(files, key=lambda file: file.name.rpartition("/")[0]):
            hour = _profile(map(pieces, folder), schema, baseline)
            looks += _look(baseline, hour, settings)
            whole = whole.merged(hour)
    looks.sort(key=lambda look: look.at)
    return Captured(whole, looks if len(looks) > 1 else (), len(files) - len(known))


def _profile(files: Iterable[Iterator[bytes]], schema: Schema, baseline: Baseline) -> Profile:
    profile = Profile(schema, baseline.bins)
    for pieces in files:
        for batch in read_captures(pieces, schema):
            profile.add(batch)
    return profile


def _look(baseline: Baseline, hour: Profile, settings: Settings) -> Iterator[PastLook]:
    """Give what a folder comes to, if it is enough to say anything."""
    verdict = judge_profile(baseline, hour, settings).verdict
    moment = _moment(hour.last)
    if moment is not None and verdict.verdict is not Verdict.CANNOT_TELL:
        yield PastLook.of(verdict, moment)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None
