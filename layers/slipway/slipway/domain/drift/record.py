"""What the ledger knows about how an endpoint's traffic is watched."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Literal, Self

from slipway.domain.drift.files import first_key
from slipway.domain.naming.monitoring import captures_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.release import LiveRelease

# How many runs the ledger keeps, if there is room; what each found lies in the monitoring bucket
# for longer.
HISTORY = 48
# DynamoDB takes items of 400 KiB. Most of this one are names of columns, and what an episode
# remembers of them needs some of it.
HISTORY_BYTES = 160 * 1024
# What the ledger says of a run that found nothing because it failed.
FAILED = "failed"
_DIGEST = 8

Source = Literal["baseline.csv", "model-monitor", "captures"]
"""What traffic is compared with: the user's own data, or what was captured first."""


@dataclass(frozen=True, slots=True)
class Run:
    """A look at the traffic that goes on.

    Parameters
    ----------
    owner : str
        The execution that looks.
    due : str
        When the schedule was due, ISO 8601; empty if a person asks.
    """

    id: str
    owner: str
    since: str
    due: str = ""


@dataclass(frozen=True, slots=True)
class Watermark:
    """How far captures have been counted.

    Parameters
    ----------
    until : str
        The moment up to which files were looked for, ISO 8601 in UTC.
    first_key : str
        Files before this key are not looked for any more.
    index : str
        The key of the list of files from there on that have been counted; empty if none has.
    """

    until: str
    first_key: str
    index: str


@dataclass(frozen=True, slots=True)
class BaselineRef:
    """Where the baseline of a release lies, and what it was made of.

    Parameters
    ----------
    versions : mapping
        The versions of the files beside the model, by name, the `label` and the `mask`: made of
        others, it is made anew.
    uri : str
        S3 URI of what it was made of, or of what was learnt.
    rows : int
        How many rows it was made of; 0 where its files do not say.
    files : mapping
        S3 URIs of what was learnt in Model Monitor's formats, `statistics` and `constraints`; empty
        where it was made of files.
    """

    source: Source
    key: str
    uri: str = ""
    rows: int = 0
    versions: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Pending:
    """What was captured and not judged: too little yet, or still to learn a baseline from.

    Parameters
    ----------
    key : str
        The profile's.
    since : str
        From when on, ISO 8601 in UTC.
    """

    key: str
    since: str
    rows: int


@dataclass(frozen=True, slots=True)
class DriftRecord:
    """The one ledger item about an endpoint's traffic; `revision` guards every write of it.

    Parameters
    ----------
    release, version, variant : str
        The release whose captures are counted, and its variant.
    model : str
        The SHA-256 of what it serves: the same model released anew goes on where it was.
    since : str
        What was asked before is no business of the release, ISO 8601 in UTC; empty if all is. A
        variant that is replaced in place keeps its name, and so the folder of its captures.
    episode : mapping, optional
        The episode of drift, as plain values; None if there is none.
    moved : bool
        Whether the episode began behind another variant.
    learning : Pending, optional
        What is being learnt from captures: all, or what the model answers.
    labels : Watermark, optional
        How far ground truth has been counted.
    truths : mapping, optional
        What is known of how good the model is:
        :meth:`~slipway.domain.drift.known_quality.KnownQuality.remembered`.
    telling : mapping, optional
        `run` and `turn`, only while a run tells what has become of the episode, and of which
        `release` and `version` it is: another may serve by the time that it is told.
    replaced : mapping, optional
        `episode`, `release`, `version` and `report` of what drifted until another model took its
        place, only until that is told.
    failing : mapping, optional
        `since`, `times` and `told`, only while runs fail.
    blind : mapping, optional
        `since`, `records`, `told` and of which captures, `of`, only while what is captured cannot
        be judged.
    history : tuple of mapping
        What the last runs came to, the newest last.
    """

    endpoint: str
    revision: int = 0
    release: str = ""
    version: str = ""
    variant: str = ""
    model: str = ""
    since: str = ""
    run: Run | None = None
    watermark: Watermark | None = None
    baseline: BaselineRef | None = None
    pending: Pending | None = None
    learning: Pending | None = None
    episode: Mapping[str, Any] | None = None
    moved: bool = False
    labels: Watermark | None = None
    truths: Mapping[str, Any] | None = None
    telling: Mapping[str, Any] | None = None
    replaced: Mapping[str, Any] | None = None
    failing: Mapping[str, Any] | None = None
    blind: Mapping[str, Any] | None = None
    history: tuple[Mapping[str, Any], ...] = ()

    def watching(self, live: LiveRelease, since: str = "") -> Self:
        """Return the record for what serves now.

        Another model begins anew. The same one under another variant has other files, but what it
        is compared with, and whether it has drifted, stays.

        Parameters
        ----------
        since : str
            From when on what the variant was asked is the release's, ISO 8601 in UTC; empty: all.
        """
        if self.release == live.release:
            return self
        moved = replace(
            self,
            release=live.release,
            version=live.drop.version,
            variant=live.variant,
            model=live.sha256,
        )
        same = self.model == live.sha256
        if same and self.variant == live.variant:
            return moved
        moved = replace(moved, since=since, watermark=_from(moved, since), moved=bool(self.episode))
        if same:
            return moved
        return replace(
            moved,
            baseline=None,
            pending=None,
            learning=None,
            episode=None,
            moved=False,
            replaced=self.replaced or _drifting(self),
            truths=None,
            failing=None,
            blind=None,
        )

    def ended(self, entry: Mapping[str, Any]) -> Self:
        """Return the record without a run, and with what the last one came to."""
        told = {**entry, "model": self.model}
        return replace(self, run=None, history=_fitting((*self.history, told)[-HISTORY:]))

    @property
    def looks(self) -> list[Mapping[str, Any]]:
        """What the last runs found of this model: those that failed found nothing."""
        mine = (each for each in self.history if each.get("model", self.model) == self.model)
        return [each for each in mine if each["verdict"] != FAILED]


def _fitting(history: tuple[Mapping[str, Any], ...]) -> tuple[Mapping[str, Any], ...]:
    """Return the newest entries that have room in one item."""
    sizes = [len(json.dumps(each, ensure_ascii=False).encode()) for each in reversed(history)]
    room = sum(size <= HISTORY_BYTES for size in accumulate(sizes))
    return history[len(history) - max(1, room) :]


def _drifting(record: DriftRecord) -> Mapping[str, Any] | None:
    """Return what people are to hear of an episode once its model has been replaced."""
    if not record.episode:
        return None
    reports = (str(each.get("report") or "") for each in reversed(record.looks))
    return {
        "episode": record.episode,
        "release": record.release,
        "version": record.version,
        "report": next(filter(None, reports), ""),
    }


def _from(record: DriftRecord, since: str) -> Watermark | None:
    """Return how far captures count as counted before anything has been."""
    if not since:
        return None
    folder = captures_of(record.endpoint, record.variant)
    return Watermark(since, first_key(folder, datetime.fromisoformat(since), timedelta()), "")


def run_id(execution: str, moment: str) -> str:
    """Return the name of a run: they sort by time, and no two executions share one.

    Parameters
    ----------
    moment : str
        ISO 8601 in UTC.

    Example
    -------
    >>> run_id("arn:one", "2026-03-02T09:00:04.123456+00:00")
    '20260302T090004Z-8948f106'
    """
    import hashlib

    digest = hashlib.sha256(execution.encode()).hexdigest()[:_DIGEST]
    stamp = moment[:19].replace("-", "").replace(":", "")
    return f"{stamp}Z-{digest}"
