"""A column of the baseline, ready to be compared with: counted in bins, however it was made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from slipway.domain.drift.baseline.edges import edges_of
from slipway.domain.drift.profiles.frequent import LONGEST
from slipway.domain.drift.profiles.numbers import Numbers
from slipway.domain.drift.profiles.presence import Presence
from slipway.domain.drift.profiles.words import Words
from slipway.domain.drift.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from slipway.domain.drift.evidence import Side
    from slipway.domain.drift.profiles import Profile
    from slipway.domain.drift.profiles.profile import Feature
    from slipway.domain.drift.schema import Column

# So many different words are counted each by itself; what has more is a name or a text.
MOST_CATEGORIES = 1000
# Deequ, which Model Monitor runs, takes a column of more different words for no category.
MOST_IN_DOMAIN = 120
# The share of values that came once is the share of what comes next that nobody has seen (I. J.
# Good, Biometrika 40 (1953)): beyond it a column has no list of words, whatever was seen of it.
MOST_ONCE, FEW_ONCE = 0.01, 5
# Of such a column only words that came so often come as often again; the others are counted as one.
OFTEN = 10
# Fewer values are compared with nothing, so that they may all be different.
FEWEST = 50


@dataclass(frozen=True, slots=True)
class Reference:
    """A column and what is known of it.

    Attributes
    ----------
    error
        By how much the share of values up to an edge may be wrong.
    completeness
        The share of values that have to be there; None if nobody has said so.
    words
        Which words may come; None if nobody has said so.
    learnt
        It was learnt from captures, so that its words are users' own.
    """

    kind: Kind
    feature: Feature
    error: float = 0.0
    completeness: float | None = None
    words: frozenset[str] | None = None
    learnt: bool = False

    @property
    def domain(self) -> frozenset[str] | None:
        """Which words are expected; None if there are too many to be categories."""
        if self.words is not None or not isinstance(self.feature, Words):
            return self.words
        known = {word for word, count in self.feature.known.items() if count}
        few = known and not self.feature.others and len(known) <= MOST_IN_DOMAIN
        return frozenset(known) if few else None

    @property
    def names(self) -> bool:
        """Whether most values are names or texts: their shares say nothing of what comes next."""
        feature = self.feature
        if not isinstance(feature, Words) or feature.present < FEWEST:
            return False
        return self.words is None and 2 * feature.others > feature.present

    def asked(self, completeness: float | None, words: Sequence[str] | None) -> Reference:
        """Return the column with what constraints.json asks of it."""
        feature, domain = self.feature, None
        if isinstance(feature, Words) and words is not None:
            feature, domain = feature.knowing(words), frozenset(words)
        return replace(self, feature=feature, completeness=completeness, words=domain)

    def masked(self) -> Reference:
        """Return the column without its values, and without what anybody says of them."""
        presence = Presence(self.feature.present, self.feature.missing)
        return Reference(self.kind, presence, completeness=self.completeness, learnt=self.learnt)


def references(profile: Profile, side: Side) -> dict[str, Reference]:
    """Return the columns of one side of a profile."""
    return {
        column.name: refer(column, profile.features[key])
        for key, column in profile.columns()
        if key[0] == side
    }


def refer(column: Column, feature: Feature) -> Reference:
    """Return what was profiled as a reference; without bins, they are made of its sketch."""
    if isinstance(feature, Presence):
        return Reference(column.kind, feature)
    if isinstance(feature, Words):
        return Reference(column.kind, feature if feature.known else _named(feature))
    broken = column.kind is Kind.INTEGRAL and feature.broken
    kind = Kind.FRACTIONAL if broken else column.kind
    if feature.counts is not None or feature.sketch is None:
        return Reference(kind, feature)
    return Reference(kind, _binned(feature), feature.sketch.error)


def _named(words: Words) -> Words:
    """Make the frequent words the known ones; of longer texts only the beginnings are known."""
    frequent = words.frequent.most(MOST_CATEGORIES)
    found = {word: count for word, count in frequent.items() if len(word) < LONGEST}
    named = Words()
    named.missing, named.distinct = words.missing, words.distinct
    named.known = recurring(found, words.present)
    named.others = words.present - sum(named.known.values())
    return named


def recurring(found: dict[str, int], present: int) -> dict[str, int]:
    """Leave out words of which others will come instead, as of ids and addresses."""
    once = sum(count == 1 for count in found.values())
    if present < FEWEST or once <= max(FEW_ONCE, MOST_ONCE * present):
        return found
    return {word: count for word, count in found.items() if count >= OFTEN}


def _binned(numbers: Numbers) -> Numbers:
    """Make edges of a sketch, and count what it holds between them."""
    if numbers.sketch is None or not numbers.moments.count:
        return numbers
    rising, weights = numbers.sketch.weighted()
    edges = np.array(edges_of(rising, weights, numbers.moments.low, numbers.moments.high))
    return counted(numbers, edges, rising, weights)


def counted(
    numbers: Numbers,
    edges: NDArray[np.float64],
    rising: NDArray[np.float64],
    weights: NDArray[np.int64],
) -> Numbers:
    """Return the same column with sorted values counted between edges."""
    binned = Numbers(edges)
    binned.missing, binned.words, binned.broken = numbers.missing, numbers.words, numbers.broken
    binned.moments, binned.distinct = numbers.moments, numbers.distinct
    below = np.append(0, np.cumsum(weights))[np.searchsorted(rising, edges, side="right")]
    binned.counts = np.diff(below, prepend=0, append=int(weights.sum())).astype(np.int64)
    return binned
