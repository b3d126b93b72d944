"""What recorded answers have in common: the form that callers rely on.

A list whose length differed between requests of the same size may have any length, a key that was
sometimes missing may be missing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from slipway.domain.replay.answers import Unreadable, numbers, read_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from slipway.domain.replay.captures import CapturedRequest

# So many numbers have to be known before their range means anything.
FEWEST_FOR_RANGE = 20

UNKNOWN = object()
"""A recorded answer that is not what its media type says."""


@dataclass(slots=True)
class Form:
    """What the recorded answers have in common.

    Parameters
    ----------
    free : set of str
        Places of lists whose length is not determined by the request.
    optional : set of str
        Places of keys that some answers lack.
    ranges : dict of str to pair of float
        The lowest and highest number at each place; empty if there were too few answers.
    """

    free: set[str] = field(default_factory=set)
    optional: set[str] = field(default_factory=set)
    ranges: dict[str, tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def learn(cls, recorded: Sequence[CapturedRequest]) -> Form:
        """Return the form of recorded answers; those that cannot be read teach nothing."""
        answers = [
            (_size(each), answer)
            for each in recorded
            if (answer := recorded_answer(each)) is not UNKNOWN
        ]
        return cls(_free(answers), _optional(answers), _ranges(found for _, found in answers))


def recorded_answer(request: CapturedRequest) -> Any:
    """Return what was answered, or UNKNOWN."""
    try:
        return read_answer(request.answer, request.answer_type)
    except Unreadable:
        return UNKNOWN


def _size(request: CapturedRequest) -> int:
    """Return how many rows a request asks about."""
    try:
        asked = read_answer(request.body, request.content_type)
    except Unreadable:
        return 1
    if isinstance(asked, dict):
        asked = next((value for value in asked.values() if isinstance(value, list)), asked)
    return len(asked) if isinstance(asked, list) else 1


def _free(answers: Sequence[tuple[int, Any]]) -> set[str]:
    lengths: dict[tuple[str, int], set[int]] = defaultdict(set)
    for size, answer in answers:
        for place, length in _lists(answer):
            lengths[place, size].add(length)
    return {place for (place, _), found in lengths.items() if len(found) > 1}


def _lists(answer: Any, place: str = "") -> Iterator[tuple[str, int]]:
    if isinstance(answer, dict):
        for key, value in answer.items():
            yield from _lists(value, f"{place}.{key}")
    elif isinstance(answer, list):
        yield place, len(answer)
        for value in answer:
            yield from _lists(value, f"{place}[]")


def _optional(answers: Sequence[tuple[int, Any]]) -> set[str]:
    keys: dict[str, list[set[str]]] = defaultdict(list)
    for _, answer in answers:
        for place, found in _objects(answer):
            keys[place].append(found)
    return {
        f"{place}.{key}"
        for place, seen in keys.items()
        for key in set().union(*seen).difference(seen[0].intersection(*seen))
    }


def _objects(answer: Any, place: str = "") -> Iterator[tuple[str, set[str]]]:
    if isinstance(answer, dict):
        yield place, set(answer)
        for key, value in answer.items():
            yield from _objects(value, f"{place}.{key}")
    elif isinstance(answer, list):
        for value in answer:
            yield from _objects(value, f"{place}[]")


def _ranges(answers: Iterable[Any]) -> dict[str, tuple[float, float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for answer in answers:
        for place, number in numbers(answer):
            if math.isfinite(number):
                found[place].append(number)
    return {
        place: (min(values), max(values))
        for place, values in found.items()
        if len(values) >= FEWEST_FOR_RANGE
    }
