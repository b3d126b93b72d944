"""Compares an answer with the recorded one: its form first, then its values.

A new version is meant to answer with other values; it is not meant to answer in another form,
which callers cannot read.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from slipway.domain.captured import media_type
from slipway.domain.replay.answers import (
    Unreadable,
    is_finite,
    is_number,
    numbers,
    read_answer,
)
from slipway.domain.replay.form import UNKNOWN, recorded_answer

if TYPE_CHECKING:
    from slipway.domain.replay.captures import CapturedRequest
    from slipway.domain.replay.form import Form

# Other library versions and processors round differently in the last digits of a 32-bit float.
RELATIVE, ABSOLUTE = 1e-5, 1e-8
# An answer is far away if it is further from all recorded ones than this many times their range.
FAR = 10


class Agreement(StrEnum):
    """How an answer compares with the recorded one, from good to bad."""

    SAME = "same"
    OTHER_VALUES = "other values"
    FAR_AWAY = "far away"
    OTHER_FORM = "other form"
    UNUSABLE = "unusable"


def compare(request: CapturedRequest, body: bytes, content_type: str, form: Form) -> Agreement:
    """Compare an answer with the recorded one.

    Parameters
    ----------
    body, content_type
        The new version's answer.
    form : Form
        What the recorded answers have in common.
    """
    try:
        answer = read_answer(body, content_type or request.answer_type)
    except Unreadable:
        return Agreement.UNUSABLE
    recorded = recorded_answer(request)
    if recorded is UNKNOWN:
        return Agreement.SAME if body == request.answer else Agreement.OTHER_VALUES
    if not body.strip() and request.answer.strip():
        return Agreement.UNUSABLE
    if is_finite(recorded) and not is_finite(answer):
        return Agreement.UNUSABLE
    if media_type(content_type or request.answer_type) != request.accept:
        return Agreement.OTHER_FORM
    return _agreement(recorded, answer, form)


def _agreement(recorded: Any, answer: Any, form: Form) -> Agreement:
    if not _same_form(recorded, answer, "", form):
        return Agreement.OTHER_FORM
    if _same_values(recorded, answer):
        return Agreement.SAME
    far = any(_is_far(number, form.ranges.get(place)) for place, number in numbers(answer))
    return Agreement.FAR_AWAY if far else Agreement.OTHER_VALUES


def _same_form(recorded: Any, answer: Any, place: str, form: Form) -> bool:
    if isinstance(recorded, dict):
        return isinstance(answer, dict) and all(
            _same_form(value, answer[key], f"{place}.{key}", form)
            if key in answer
            else f"{place}.{key}" in form.optional
            for key, value in recorded.items()
        )
    if isinstance(recorded, list):
        return isinstance(answer, list) and _same_lists(recorded, answer, place, form)
    if is_number(recorded):
        return is_number(answer)
    return type(recorded) is type(answer)


def _same_lists(recorded: list[Any], answer: list[Any], place: str, form: Form) -> bool:
    if len(recorded) != len(answer) and place not in form.free:
        return False
    pairs = zip(recorded, answer, strict=False)
    return all(_same_form(one, other, f"{place}[]", form) for one, other in pairs)


def _same_values(recorded: Any, answer: Any) -> bool:
    if isinstance(recorded, dict):
        return recorded.keys() == answer.keys() and all(
            _same_values(value, answer[key]) for key, value in recorded.items()
        )
    if isinstance(recorded, list):
        return len(recorded) == len(answer) and all(map(_same_values, recorded, answer))
    if is_number(recorded):
        equal = math.isclose(recorded, answer, rel_tol=RELATIVE, abs_tol=ABSOLUTE)
        return equal or (math.isnan(recorded) and math.isnan(answer))
    return bool(recorded == answer)


def _is_far(number: float, known: tuple[float, float] | None) -> bool:
    if known is None:
        return False
    low, high = known
    # A model that always answered the same is allowed some of its own size.
    room = FAR * max(high - low, abs(high), abs(low)) if high == low else FAR * (high - low)
    return not low - room <= number <= high + room
