"""Profiles a baseline.csv: once to find bins, once more to count in them exactly."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slipway.domain.drift.baseline.csv_file import batches, columns_of
from slipway.domain.drift.baseline.problems import BaselineUnreadable
from slipway.domain.drift.baseline.reference import refer
from slipway.domain.drift.profiles import Bins, Profile
from slipway.domain.drift.profiles.numbers import Numbers
from slipway.domain.drift.profiles.profile import bins_of
from slipway.domain.drift.profiles.words import Words
from slipway.domain.drift.reading.columns import NUMBERS
from slipway.domain.drift.reading.kinds import kind_of
from slipway.domain.drift.schema import Kind, Schema

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.drift.baseline.csv_file import Source
    from slipway.domain.drift.profiles.profile import Feature
    from slipway.domain.drift.schema import Column

_FEW = 1000


def profile_csv(source: Source, mask: frozenset[str] = frozenset()) -> Profile:
    """Return the profile of a CSV file; of masked columns nothing but whether they have values."""
    columns = columns_of(source, mask)
    first = _profile(source, columns, Bins(), mask)
    while _are_words(columns) != _are_words(seen := _seen_kinds(first)):
        # What the first rows promised did not last: profile it as what it is.
        columns, first = seen, _profile(source, seen, Bins(), mask)
    columns = seen
    if not first.rows:
        raise BaselineUnreadable("The file has a header and no rows.")
    references = {key: refer(column, first.features[key]) for key, column in first.columns()}
    bins = bins_of({key: reference.feature for key, reference in references.items()})
    return _profile(source, columns, bins, mask)


def _profile(
    source: Source, columns: Sequence[Column], bins: Bins, mask: frozenset[str]
) -> Profile:
    profile = Profile(Schema(tuple(columns), (), mask), bins)
    for batch in batches(source, columns):
        profile.add(batch)
    return profile


def _are_words(columns: Sequence[Column]) -> list[bool]:
    return [column.kind not in NUMBERS for column in columns]


def _seen_kinds(profile: Profile) -> tuple[Column, ...]:
    """Return the columns with the kinds that all of their values have, not the first ones only."""
    return tuple(
        replace(column, kind=_seen_kind(column.kind, profile.features[key]))
        for key, column in profile.columns()
    )


def _seen_kind(kind: Kind, feature: Feature) -> Kind:
    if isinstance(feature, Numbers):
        if feature.words:
            return Kind.STRING
        return Kind.FRACTIONAL if feature.broken else kind
    if isinstance(feature, Words) and kind is Kind.UNKNOWN and feature.present:
        return kind_of(feature.frequent.most(_FEW))
    return kind
