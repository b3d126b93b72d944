"""A baseline as a JSON file of Slipway's own, which holds edges and counts exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from slipway.domain.drift.baseline.problems import BaselineUnreadable
from slipway.domain.drift.baseline.reference import Reference
from slipway.domain.drift.profiles.distinct import Distinct
from slipway.domain.drift.profiles.moments import Moments
from slipway.domain.drift.profiles.numbers import Numbers
from slipway.domain.drift.profiles.words import Words
from slipway.domain.drift.schema import Kind  # noqa: TC001  # msgspec looks types up at run time.

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1


class _Version(msgspec.Struct):
    version: int


class _Numbers(msgspec.Struct, tag="numbers"):
    """A column of numbers; without values it has no moments, without a distribution no edges."""

    name: str
    kind: Kind
    missing: int
    words: int
    broken: int
    moments: Moments | None
    distinct: bytes
    edges: list[float]
    counts: list[int]
    error: float


class _Words(msgspec.Struct, tag="words"):
    name: str
    kind: Kind
    missing: int
    known: dict[str, int]
    others: int
    distinct: bytes
    learnt: bool = False


class _Baseline(msgspec.Struct):
    version: int
    rows: int
    label: str
    columns: list[_Numbers | _Words]
    predictions: list[_Numbers | _Words]
    constraints: dict[str, Any]


References = dict[str, Reference]


def pack(
    rows: int,
    columns: Mapping[str, Reference],
    predictions: Mapping[str, Reference],
    label: str,
    constraints: Mapping[str, Any],
) -> bytes:
    """Return the file."""
    asked, answered = ([_stored(*each) for each in some.items()] for some in (columns, predictions))
    return msgspec.json.encode(_Baseline(VERSION, rows, label, asked, answered, dict(constraints)))


def unpack(content: bytes) -> tuple[int, References, References, str, dict[str, Any]]:
    """Read the file."""
    try:
        version = msgspec.json.decode(content, type=_Version).version
        if version == VERSION:
            stored = msgspec.json.decode(content, type=_Baseline)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BaselineUnreadable(f"The file is no baseline of Slipway's: {error}.") from error
    if version != VERSION:
        raise BaselineUnreadable(
            f"The baseline has version {version} and this Slipway reads version {VERSION}; "
            "make it anew of its CSV file."
        )
    columns, predictions = map(_references, (stored.columns, stored.predictions))
    return stored.rows, columns, predictions, stored.label, stored.constraints


def _references(stored: list[_Numbers | _Words]) -> References:
    return {each.name: _reference(each) for each in stored}


def _stored(name: str, reference: Reference) -> _Numbers | _Words:
    feature, distinct = reference.feature, reference.feature.distinct.to_bytes()
    if isinstance(feature, Words):
        return _Words(
            name,
            reference.kind,
            feature.missing,
            dict(feature.known),
            feature.others,
            distinct,
            reference.learnt,
        )
    return _Numbers(
        name,
        reference.kind,
        feature.missing,
        feature.words,
        feature.broken,
        feature.moments if feature.moments.count else None,
        distinct,
        [] if feature.edges is None else feature.edges.tolist(),
        [] if feature.counts is None else feature.counts.tolist(),
        reference.error,
    )


def _reference(stored: _Numbers | _Words) -> Reference:
    distinct = Distinct(stored.distinct)
    if isinstance(stored, _Words):
        words = Words()
        words.missing, words.known, words.others = stored.missing, stored.known, stored.others
        words.distinct = distinct
        return Reference(stored.kind, words, learnt=stored.learnt)
    numbers = Numbers(np.array(stored.edges) if stored.counts else None)
    numbers.missing, numbers.words, numbers.broken = stored.missing, stored.words, stored.broken
    numbers.moments, numbers.distinct = stored.moments or Moments(), distinct
    if stored.counts:
        if len(stored.counts) != len(stored.edges) + 1:
            raise BaselineUnreadable(f"The counts of {stored.name!r} do not fit its edges.")
        numbers.counts = np.array(stored.counts, np.int64)
    return Reference(stored.kind, numbers, stored.error)
