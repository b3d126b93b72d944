"""A baseline as a JSON file of Slipway's own, which holds edges and counts exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec
import numpy as np

from slipway.domain.drift.baseline.problems import BaselineUnreadable
from slipway.domain.drift.baseline.reference import Reference
from slipway.domain.drift.profiles.distinct import Distinct
from slipway.domain.drift.profiles.moments import Moments
from slipway.domain.drift.profiles.numbers import Numbers
from slipway.domain.drift.profiles.presence import Presence
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


class _Presence(msgspec.Struct, tag="presence"):
    name: str
    kind: Kind
    present: int
    missing: int


_Feature = _Numbers | _Words | _Presence


class _Baseline(msgspec.Struct):
    version: int
    rows: int
    label: str
    columns: list[_Feature]
    predictions: list[_Feature]
    constraints: dict[str, Any]
    mask: list[str] = []


References = dict[str, Reference]


class Parts(NamedTuple):
    """What a baseline consists of: `Baseline` says what each is."""

    rows: int
    columns: Mapping[str, Reference]
    predictions: Mapping[str, Reference]
    label: str
    constraints: Mapping[str, Any]
    mask: frozenset[str]


def pack(parts: Parts) -> bytes:
    """Return the file."""
    sides = (parts.columns, parts.predictions)
    asked, answered = ([_stored(*each) for each in some.items()] for some in sides)
    constraints, mask = dict(parts.constraints), sorted(parts.mask)
    told = _Baseline(VERSION, parts.rows, parts.label, asked, answered, constraints, mask)
    return msgspec.json.encode(told)


def unpack(content: bytes) -> Parts:
    """Read the file."""
    try:
        version = msgspec.json.decode(content, type=_Version).version
        if version == VERSION:
            stored = msgspec.json.decode(content, type=_Baseline)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BaselineUnreadable(f"The file is no baseline of Slipway's: {error}.") from error
    if version != VERSION:
        raise BaselineUnreadable(
            f"The baseline has version {version} and this Slipway reads version {VERSION}; "
            "make it anew of its CSV file."
        )
    columns, predictions = map(_references, (stored.columns, stored.predictions))
    constraints, mask = stored.constraints, frozenset(stored.mask)
    return Parts(stored.rows, columns, predictions, stored.label, constraints, mask)


def _references(stored: list[_Feature]) -> References:
    return {each.name: _reference(each) for each in stored}


def _stored(name: str, reference: Reference) -> _Feature:
    feature = reference.feature
    if isinstance(feature, Presence):
        return _Presence(name, reference.kind, feature.present, feature.missing)
    distinct = feature.distinct.to_bytes()
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


def _reference(stored: _Feature) -> Reference:
    if isinstance(stored, _Presence):
        return Reference(stored.kind, Presence(stored.present, stored.missing))
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
