"""Profiles as files. Numbers are kept as their bytes: nothing is rounded, and reading is quick."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from slipway.domain.drift.profiles.bins import Bins
from slipway.domain.drift.profiles.distinct import Distinct
from slipway.domain.drift.profiles.forms import (
    StoredFeature,
    StoredNumbers,
    StoredPresence,
    StoredProfile,
    StoredTroubles,
    StoredWords,
)
from slipway.domain.drift.profiles.frequent import Frequent
from slipway.domain.drift.profiles.numbers import Numbers
from slipway.domain.drift.profiles.presence import Presence
from slipway.domain.drift.profiles.profile import Feature, Profile, bins_of
from slipway.domain.drift.profiles.quantiles import Quantiles
from slipway.domain.drift.profiles.words import Words
from slipway.domain.drift.schema import Schema
from slipway.domain.errors import DomainError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from slipway.domain.drift.evidence import Side

MAGIC = b"slipway-profile "
VERSION = 1
_COUNTS, _EDGES = "<i8", "<f8"


class ProfileUnreadable(DomainError):
    """A file is no profile, or one of a later version."""


def pack(profile: Profile) -> bytes:
    """Return a profile as a file."""
    stored = StoredProfile(
        list(profile.schema.inputs),
        list(profile.schema.outputs),
        profile.records,
        profile.rows,
        profile.first,
        profile.last,
        StoredTroubles.of(profile.troubles),
        [_stored(side, name, each) for (side, name), each in profile.features.items()],
        sorted(profile.schema.mask),
    )
    content = zlib.compress(msgspec.msgpack.encode(stored), 1)
    return MAGIC + str(VERSION).encode() + b"\n" + content


def unpack(content: bytes) -> Profile:
    """Read a file."""
    head, _, packed = content.partition(b"\n")
    if not head.startswith(MAGIC):
        raise ProfileUnreadable("The file is no profile of Slipway's.")
    if head != MAGIC + str(VERSION).encode():
        version = head.removeprefix(MAGIC).decode(errors="replace")
        raise ProfileUnreadable(
            f"The profile has version {version} and this Slipway reads version {VERSION}; "
            "profile the captures anew."
        )
    try:
        stored = msgspec.msgpack.decode(zlib.decompress(packed), type=StoredProfile)
        return _profile(stored)
    except (zlib.error, msgspec.MsgspecError, ValueError, IndexError) as error:
        raise ProfileUnreadable(f"The profile is damaged: {error}") from error


def _profile(stored: StoredProfile) -> Profile:
    schema = Schema(tuple(stored.inputs), tuple(stored.outputs), frozenset(stored.mask))
    profile = Profile(schema, Bins())
    features = {(each.side, each.name): _feature(each) for each in stored.features}
    if features.keys() != profile.features.keys():
        raise ProfileUnreadable("The profile is damaged: it lacks columns.")
    profile.features = features
    profile.bins = bins_of(features)
    profile.records, profile.rows = stored.records, stored.rows
    profile.first, profile.last = stored.first, stored.last
    profile.troubles = stored.troubles.troubles()
    return profile


def _stored(side: Side, name: str, feature: Feature) -> StoredFeature:
    if isinstance(feature, Presence):
        return StoredPresence(side, name, feature.present, feature.missing)
    if isinstance(feature, Words):
        return StoredWords(
            side,
            name,
            feature.missing,
            feature.known,
            feature.others,
            feature.frequent.to_bytes(),
            feature.distinct.to_bytes(),
        )
    return StoredNumbers(
        side,
        name,
        feature.missing,
        feature.words,
        feature.broken,
        feature.moments,
        feature.distinct.to_bytes(),
        _raw(feature.edges, _EDGES),
        _raw(feature.counts, _COUNTS),
        feature.sketch.to_bytes() if feature.sketch else b"",
    )


def _raw(values: NDArray[Any] | None, form: str) -> bytes:
    return b"" if values is None else values.astype(form).tobytes()


def _feature(stored: StoredFeature) -> Feature:
    if isinstance(stored, StoredPresence):
        return Presence(stored.present, stored.missing)
    return _words(stored) if isinstance(stored, StoredWords) else _numbers(stored)


def _words(stored: StoredWords) -> Words:
    words = Words()
    words.missing, words.known, words.others = stored.missing, stored.known, stored.others
    words.frequent, words.distinct = Frequent(stored.frequent), Distinct(stored.distinct)
    return words


def _numbers(stored: StoredNumbers) -> Numbers:
    edges = np.frombuffer(stored.edges, _EDGES).astype(np.float64) if stored.counts else None
    numbers = Numbers(edges)
    numbers.missing, numbers.words, numbers.broken = stored.missing, stored.words, stored.broken
    numbers.moments, numbers.distinct = stored.moments, Distinct(stored.distinct)
    if edges is not None:
        numbers.counts = np.frombuffer(stored.counts, _COUNTS).astype(np.int64)
    numbers.sketch = Quantiles(stored.sketch) if stored.sketch else None
    return numbers
