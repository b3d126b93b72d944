"""Profiles of parts, in any order and grouping, are the profile of the whole."""

from __future__ import annotations

from math import isclose
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.domain.drift.profiles import Bins, Profile
from slipway.domain.drift.profiles.numbers import Numbers
from slipway.domain.drift.profiles.words import Words
from slipway.domain.drift.troubles import Quarantined, Troubles
from tests.unit.drift_profiles.parts import BINS, SCHEMA, batch

if TYPE_CHECKING:
    from slipway.domain.drift.profiles.profile import Feature
    from slipway.domain.drift.reading import Batch

AGES = st.one_of(
    st.none(),
    st.integers(-30, 80),
    st.floats(-1e12, 1e12),
    st.sampled_from([float("nan"), float("inf"), "old", "7"]),
)
PLANS = st.one_of(st.none(), st.sampled_from(["free", "paid", "", "trial", "beta", "ä" * 300]))
NAMES = st.dictionaries(st.sampled_from("abc"), st.integers(1, 5), max_size=2)
SAMPLES = st.builds(Quarantined, st.sampled_from(["malformed"]), st.binary(max_size=3))
TROUBLES = st.builds(Troubles, NAMES, NAMES, NAMES, st.lists(SAMPLES, max_size=3).map(tuple))
ROWS = st.lists(st.tuples(AGES, PLANS, st.floats(0, 1)), max_size=12)


@st.composite
def parts(draw: st.DrawFn) -> list[Batch]:
    """Draw batches; one may be empty."""
    found = []
    for _ in range(3):
        rows = draw(ROWS)
        columns = [list(each) for each in zip(*rows, strict=True)] or [[], [], []]
        found.append(batch(*columns, troubles=draw(TROUBLES)))
    return found


def profiled(*batches: Batch, bins: Bins = BINS) -> Profile:
    found = Profile(SCHEMA, bins)
    for each in batches:
        found.add(each)
    return found


def exact(found: Profile) -> dict[str, Any]:
    """Return everything that has to be equal to the last digit."""
    features = {key: _exact(each) for key, each in found.features.items()}
    times = (found.first, found.last)
    return {"features": features, "size": (found.rows, found.records, times, found.troubles)}


def _exact(feature: Feature) -> dict[str, Any]:
    if isinstance(feature, Words):
        counted = (feature.missing, feature.known, feature.others)
        return {"counted": counted, "most": feature.frequent.most(9), "seen": _seen(feature)}
    counts = None if feature.counts is None else feature.counts.tolist()
    moments = (feature.moments.count, feature.moments.low, feature.moments.high)
    counted = (feature.missing, feature.words, feature.broken)
    return {"counted": counted, "counts": counts, "moments": moments, "seen": _seen(feature)}


def _seen(feature: Feature) -> bytes:
    return feature.distinct.to_bytes()


def sums_agree(one: Profile, other: Profile) -> bool:
    return all(
        isinstance(each, Words) or _close(each, other.features[key])
        for key, each in one.features.items()
    )


def _close(one: Numbers, other: Feature) -> bool:
    assert isinstance(other, Numbers)
    scale = max(1.0, abs(one.moments.low), abs(one.moments.high)) if one.moments.count else 1.0
    return all(
        isclose(mine, theirs, rel_tol=1e-9, abs_tol=1e-9 * size)
        for mine, theirs, size in (
            (one.moments.total, other.moments.total, scale * 40),
            (one.moments.mean, other.moments.mean, scale),
            (one.moments.squares, other.moments.squares, scale * scale * 40),
        )
    )


@settings(deadline=None, max_examples=60)
@given(parts())
def test_order_and_grouping_do_not_matter(batches: list[Batch]) -> None:
    one, two, three = map(profiled, batches)
    whole = profiled(*batches)
    for merged in (
        one.merged(two).merged(three),
        one.merged(two.merged(three)),
        three.merged(one).merged(two),
        Profile.from_bytes(two.to_bytes()).merged(three.merged(one)),
    ):
        assert exact(merged) == exact(whole)
        assert sums_agree(merged, whole)


@settings(deadline=None, max_examples=30)
@given(parts())
def test_nothing_added_changes_nothing(batches: list[Batch]) -> None:
    found = profiled(*batches)
    for merged in (found.merged(profiled()), profiled().merged(found)):
        assert merged.to_bytes() == found.to_bytes()


@settings(deadline=None, max_examples=30)
@given(parts())
def test_merging_leaves_the_parts_as_they_are(batches: list[Batch]) -> None:
    one, two, _ = map(profiled, batches)
    before = (one.to_bytes(), two.to_bytes())
    one.merged(two)
    assert (one.to_bytes(), two.to_bytes()) == before


@settings(deadline=None, max_examples=20)
@given(parts())
def test_sketches_stand_for_all_values_however_they_are_merged(batches: list[Batch]) -> None:
    one, two, three = (profiled(each, bins=Bins()) for each in batches)
    for merged in (one.merged(two).merged(three), three.merged(two.merged(one))):
        for feature in merged.features.values():
            if isinstance(feature, Numbers) and feature.sketch is not None:
                assert feature.sketch.weighted()[1].sum() == feature.moments.count
