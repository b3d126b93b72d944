"""Make what captures are measured by: of the files beside the model, or of the first captures."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.drift.baseline import Baseline
from slipway.domain.drift.files import Part
from slipway.domain.drift.reading import observe_largest
from slipway.domain.drift.record import BaselineRef
from slipway.domain.drift.requirements import Requirements
from slipway.domain.drift.times import moment_of
from slipway.domain.drift.yardstick import Yardstick
from slipway.domain.errors import DomainError
from slipway.domain.naming.monitoring import baseline_key
from slipway.errors import FileGone
from slipway.ports import DriftBook, ReleaseBook
from slipway.usecases.beside_model import CONSTRAINTS, CSV, STATISTICS, BesideModel
from slipway.usecases.drift_run import hold_run
from slipway.usecases.drift_settings import drift_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.domain.drift.reading import Layouts
    from slipway.domain.drift.record import DriftRecord, Source
    from slipway.domain.drift.schema import Schema
    from slipway.ports import CaptureFiles, Shelf, SideFiles
    from slipway.usecases.drift_run import RunRef


class LearningBook(DriftBook, ReleaseBook, Protocol):
    """The parts of the ledger that say what is watched, and how."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """What captures are measured by.

    Parameters
    ----------
    yardstick : str
        Its key; empty if nothing that was captured says which columns there are.
    source : str
        What it was made of.
    unread : mapping
        `records`, `troubles` and `enough` of requests that no columns can be seen in:
        :meth:`~slipway.domain.drift.outcome.RunOutcome.unread`. Empty if there are none.
    """

    yardstick: str
    source: str
    unread: Mapping[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for the workflow."""
        return {"yardstick": self.yardstick, "source": self.source, "unread": dict(self.unread)}


class Learner:
    """Makes a release's baseline, once, and anew when its files or its label change."""

    def __init__(
        self, *, ledger: LearningBook, beside: SideFiles, files: CaptureFiles, shelf: Shelf
    ) -> None:
        self.ledger = ledger
        self.beside = beside
        self.files = files
        self.shelf = shelf

    def learn(self, ref: RunRef, plan: str) -> Learnt:
        """Return what captures are measured by; may be repeated.

        Parameters
        ----------
        plan : str
            The key of what this run reads: its largest files show which columns there are.

        Raises
        ------
        BaselineRefused
            If what lies beside the model is no baseline.
        """
        record, _ = hold_run(ref, self.ledger)
        settings = drift_settings(record, self.ledger)
        versions = _versions(BesideModel(record, self.beside), settings.label)
        known = record.baseline
        if known and known.versions == versions and self.shelf.has(known.key):
            return Learnt(known.key, known.source)
        seen = self._seen(plan, moment_of(record.since))
        schema, made = self._make(record, versions, settings.label, seen)
        if not schema.inputs:
            return Learnt("", made.source, _unread(seen, settings.minimum_rows))
        # Profiles that count in other bins do not add up with what comes.
        self.ledger.write_drift(replace(record, baseline=made, pending=None, learning=None))
        return Learnt(made.key, made.source)

    def _make(
        self, record: DriftRecord, versions: Mapping[str, str], label: str | None, seen: Layouts
    ) -> tuple[Schema, BaselineRef]:
        beside = BesideModel(record, self.beside)
        baseline = _read(beside, versions, label)
        schema = baseline.schema_beside(seen) if baseline else seen.schema()
        key = baseline_key(record.endpoint, record.release)
        if schema.inputs:
            self.shelf.put(key, Yardstick(schema, baseline).to_bytes())
        rows = baseline.rows if baseline else 0
        known = _source(versions)
        if known is None:
            return schema, BaselineRef("captures", key, self.shelf.uri(key), rows, dict(versions))
        source, name = known
        return schema, BaselineRef(source, key, beside.uri(name), rows, dict(versions))

    def _seen(self, plan: str, since: str) -> Layouts:
        """Return how what users asked and were answered looks."""
        parts = _parts(self.shelf.lines(plan))
        return observe_largest(parts, lambda part: part.size, self._part, since)

    def _part(self, part: Part) -> Iterator[bytes]:
        with suppress(FileGone):
            yield from self.files.read_part(part.key, part.start, part.end)


def _unread(seen: Layouts, enough: int) -> dict[str, Any]:
    """Say how much was asked in which no columns can be seen, and why."""
    if not seen.troubles:
        return {}
    return {"records": seen.records, "troubles": dict(seen.troubles), "enough": enough}


def _versions(beside: BesideModel, label: str | None) -> dict[str, str]:
    """Return what the baseline has to be made of: one that is made of other things is old."""
    names = (CSV, STATISTICS, CONSTRAINTS)
    every = {name: beside.version_of(name) for name in names}
    found = {name: version for name, version in every.items() if version is not None}
    if CSV in found:
        # It says everything that statistics could say, and exactly.
        found.pop(STATISTICS, None)
    elif STATISTICS not in found:
        found = {}
    return found | ({"label": label} if label else {})


def _read(beside: BesideModel, versions: Mapping[str, str], label: str | None) -> Baseline | None:
    """Return what lies beside the model; None if nothing does.

    Raises
    ------
    BaselineRefused
        If it is no baseline.
    """
    known = _source(versions)
    if known is None:
        return None
    constraints = {}
    if CONSTRAINTS in versions:
        constraints = beside.read(CONSTRAINTS, versions[CONSTRAINTS])
    try:
        Requirements.of(constraints)
        if CSV in versions:
            pieces = partial(beside.pieces, CSV, versions[CSV])
            return Baseline.from_csv(pieces, label=label).asking(constraints)
        statistics = beside.read(STATISTICS, versions[STATISTICS])
        return Baseline.from_model_monitor(statistics, constraints, label=label)
    except (DomainError, ValueError) as error:
        raise beside.refusal(known[1], error) from error


def _source(versions: Mapping[str, str]) -> tuple[Source, str] | None:
    """Return what a baseline is made of, and the name of the file."""
    if CSV in versions:
        return "baseline.csv", CSV
    return ("model-monitor", STATISTICS) if STATISTICS in versions else None


def _parts(lines: Iterator[bytes]) -> Iterator[Part]:
    return (Part.from_dict(each) for line in lines for each in json.loads(line)["files"])
