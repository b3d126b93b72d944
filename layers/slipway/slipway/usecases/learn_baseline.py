"""Make what captures are measured by: of the files beside the model, or of the first captures."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.drift.baseline import Baseline
from slipway.domain.drift.files import Part
from slipway.domain.drift.masking import MaskUnknown
from slipway.domain.drift.reading import observe_largest
from slipway.domain.drift.record import BaselineRef
from slipway.domain.drift.times import moment_of
from slipway.domain.drift.yardstick import Yardstick
from slipway.domain.naming.monitoring import baseline_key
from slipway.errors import FileGone, MaskRefused
from slipway.ports import DriftBook, ReleaseBook
from slipway.usecases.beside_model import BesideModel
from slipway.usecases.drift_run import hold_run
from slipway.usecases.drift_settings import drift_settings
from slipway.usecases.read_baseline import read_baseline, source_of, versions_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.domain.drift.reading import Layouts
    from slipway.domain.drift.record import DriftRecord
    from slipway.domain.drift.schema import Schema
    from slipway.domain.spec.drift import Drift
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
    """Makes a release's baseline, once, and anew when its files, its label or its mask change."""

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
        MaskRefused
            If a name that is to be masked is no column.
        """
        record, _ = hold_run(ref, self.ledger)
        settings = drift_settings(record, self.ledger)
        versions = versions_of(BesideModel(record, self.beside), settings)
        known = record.baseline
        if known and known.versions == versions and self.shelf.has(known.key):
            return Learnt(known.key, known.source)
        seen = self._seen(plan, moment_of(record.since))
        schema, made = self._make(record, versions, settings, seen)
        if not schema.inputs:
            return Learnt("", made.source, _unread(seen, settings.minimum_rows))
        # Profiles that count in other bins do not add up with what comes.
        self.ledger.write_drift(replace(record, baseline=made, pending=None, learning=None))
        return Learnt(made.key, made.source)

    def _make(
        self, record: DriftRecord, versions: Mapping[str, str], settings: Drift, seen: Layouts
    ) -> tuple[Schema, BaselineRef]:
        beside = BesideModel(record, self.beside)
        baseline = read_baseline(beside, versions, settings)
        schema = _schema(baseline, settings, seen)
        key = baseline_key(record.endpoint, record.release)
        if schema.inputs:
            self.shelf.put(key, Yardstick(schema, baseline).to_bytes())
        rows = baseline.rows if baseline else 0
        known = source_of(versions)
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


def _schema(baseline: Baseline | None, settings: Drift, seen: Layouts) -> Schema:
    """Return the columns; none if no request shows them.

    Raises
    ------
    MaskRefused
        If a name that is to be masked is none of them: what it means would be counted.
    """
    known = baseline or Baseline(0, {}, mask=frozenset(settings.mask))
    schema = baseline.schema_beside(seen) if baseline else seen.schema().masking(settings.mask)
    if schema.inputs:
        try:
            known.check_mask(schema)
        except MaskUnknown as error:
            raise MaskRefused(str(error)) from error
    return schema


def _unread(seen: Layouts, enough: int) -> dict[str, Any]:
    """Say how much was asked in which no columns can be seen, and why."""
    if not seen.troubles:
        return {}
    return {"records": seen.records, "troubles": dict(seen.troubles), "enough": enough}


def _parts(lines: Iterator[bytes]) -> Iterator[Part]:
    return (Part.from_dict(each) for line in lines for each in json.loads(line)["files"])
