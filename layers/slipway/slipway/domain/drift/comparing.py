"""Lays what was profiled beside the baseline: counts in the same bins, as plain numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.evidence import Binned, Categories, Comparison
from slipway.domain.drift.profiles import ProfilesDiffer
from slipway.domain.drift.profiles.numbers import Numbers
from slipway.domain.drift.profiles.presence import Presence
from slipway.domain.drift.profiles.words import Words
from slipway.domain.drift.schema import Column, Kind

if TYPE_CHECKING:
    from slipway.domain.drift.baseline import Baseline
    from slipway.domain.drift.baseline.reference import Reference
    from slipway.domain.drift.profiles import Profile
    from slipway.domain.drift.profiles.bins import Key

# Unknown words that are told apart, and of those the ones that are shown.
_UNKNOWN, _SHOWN = 100, 10


def compare(baseline: Baseline, profile: Profile) -> tuple[Comparison, ...]:
    """Return a comparison for every column of the profile.

    Counts of a column of whole numbers also hold those with a fraction, which are told as
    mismatched: how far they are from the baseline is worth knowing too.

    Raises
    ------
    ProfilesDiffer
        If the profile was made with another baseline.
    """
    return tuple(_compare(key, column, baseline, profile) for key, column in profile.columns())


def _compare(key: Key, column: Column, baseline: Baseline, profile: Profile) -> Comparison:
    reference, feature = baseline.reference(key, column.kind), profile.features[key]
    # What the first captures promised to be whole numbers may have been learnt to be any.
    kind = reference.kind if reference else column.kind
    if isinstance(feature, Presence):
        return _of_presence(key, reference, feature)
    if isinstance(feature, Numbers):
        return _of_numbers(key, kind, reference, feature)
    return _of_words(key, column.kind, reference, feature)


def _of_presence(key: Key, reference: Reference | None, now: Presence) -> Comparison:
    """Return what there is to compare of a masked column: whether its values are there."""
    side, name = key
    then = reference.feature if reference else Presence()
    return Comparison(
        feature=name,
        side=side,
        kind=Kind.UNKNOWN,
        values=None,
        reference_present=then.present,
        reference_missing=then.missing,
        current_present=now.present,
        current_missing=now.missing,
        required_completeness=reference.completeness if reference else None,
    )


def _of_numbers(key: Key, kind: Kind, reference: Reference | None, now: Numbers) -> Comparison:
    side, name = key
    then = reference.feature if reference else None
    then = then if isinstance(then, Numbers) else Numbers(None)
    broken = now.broken if kind is Kind.INTEGRAL else 0
    return Comparison(
        feature=name,
        side=side,
        kind=kind,
        values=_binned(name, then, now),
        reference_present=then.moments.count,
        reference_missing=then.missing,
        current_present=now.moments.count - broken,
        current_missing=now.missing,
        current_mismatched=now.words + broken,
        reference_mean=then.moments.mean if then.moments.count else None,
        reference_std=then.moments.deviation if then.moments.count else None,
        current_mean=now.moments.mean if now.moments.count else None,
        current_std=now.moments.deviation if now.moments.count else None,
        error_bound=reference.error if reference else 0.0,
        required_completeness=reference.completeness if reference else None,
    )


def _binned(name: str, then: Numbers, now: Numbers) -> Binned | None:
    if then.edges is None or then.counts is None:
        return None
    edges = tuple(then.edges.tolist())
    if now.edges is None or now.counts is None or tuple(now.edges.tolist()) != edges:
        raise ProfilesDiffer(f"{name!r} was profiled with another baseline: profile it anew.")
    return Binned(edges, tuple(then.counts.tolist()), tuple(now.counts.tolist()))


def _of_words(key: Key, kind: Kind, reference: Reference | None, now: Words) -> Comparison:
    side, name = key
    then = reference.feature if reference else None
    comparable = isinstance(then, Words) and reference is not None and not reference.names
    then = then if isinstance(then, Words) else Words()
    unexpected, count = _unexpected(reference, now)
    return Comparison(
        feature=name,
        side=side,
        kind=kind,
        values=_categories(then, now) if comparable else None,
        reference_present=then.present,
        reference_missing=then.missing,
        current_present=now.present,
        current_missing=now.missing,
        unexpected=unexpected,
        unexpected_count=count,
        learnt=reference is not None and reference.learnt,
        required_completeness=reference.completeness if reference else None,
    )


def _categories(then: Words, now: Words) -> Categories:
    reference = {word: count for word, count in then.known.items() if count}
    current = {word: count for word, count in now.known.items() if count}
    # Where the baseline has words without a name, a word without one may be among them.
    named = {} if then.others else now.frequent.most(_UNKNOWN)
    rest = now.others - sum(named.values())
    return Categories(reference, current | named, then.others, rest)


def _unexpected(reference: Reference | None, now: Words) -> tuple[tuple[str, ...], int]:
    """Return the most frequent words outside the column's domain, and how often any came."""
    domain = reference.domain if reference else None
    if domain is None:
        return (), 0
    outside = {word: count for word, count in now.known.items() if count and word not in domain}
    every = outside | now.frequent.most(_UNKNOWN)
    shown = sorted(every, key=lambda word: (-every[word], word))[:_SHOWN]
    return tuple(shown), sum(outside.values()) + now.others
