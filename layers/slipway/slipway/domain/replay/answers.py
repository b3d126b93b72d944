"""Reads answers: what they say, by their media type."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from slipway.domain.captured import media_type
from slipway.domain.json_text import JsonUnreadable, read_json

if TYPE_CHECKING:
    from collections.abc import Iterator


class Unreadable(Exception):
    """An answer is not what its media type says."""


def read_answer(body: bytes, content_type: str) -> Any:
    """Return an answer as numbers, words, lists and dictionaries.

    CSV is a list of rows; JSON Lines are a list of values; what is neither and no text either is
    kept as bytes.

    Raises
    ------
    Unreadable
        If it claims to be JSON or CSV and is not.

    Example
    -------
    >>> read_answer(b"0.25,yes", "text/csv")
    [[0.25, 'yes']]
    """
    kind = media_type(content_type)
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        if _is_text(kind):
            raise Unreadable(f"{kind} that is no UTF-8") from error
        return body
    if "jsonlines" in kind or kind == "application/x-ndjson":
        return [_json(line) for line in text.split("\n") if line.strip()]
    if kind.endswith("json"):
        return _json(text)
    if kind == "text/csv":
        return [[_cell(cell) for cell in line.split(",")] for line in _lines(text)]
    return _guess(text)


def numbers(answer: Any, path: str = "") -> Iterator[tuple[str, float]]:
    """Yield the numbers of an answer with their place; places in lists have no index."""
    if isinstance(answer, dict):
        for key, value in answer.items():
            yield from numbers(value, f"{path}.{key}")
    elif isinstance(answer, list):
        for value in answer:
            yield from numbers(value, f"{path}[]")
    elif is_number(answer):
        yield path, float(answer)


def is_number(value: Any) -> bool:
    """Tell whether a value is a number; True and False are none."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def is_finite(answer: Any) -> bool:
    """Tell whether no number of an answer is NaN or infinite."""
    return all(math.isfinite(number) for _, number in numbers(answer))


def _is_text(kind: str) -> bool:
    return kind.startswith("text/") or "json" in kind


def _json(text: str) -> Any:
    try:
        return read_json(text)
    except JsonUnreadable as error:
        raise Unreadable(f"no JSON: {text[:80]!r}") from error


def _lines(text: str) -> list[str]:
    return [line.strip("\r") for line in text.strip("\r\n").split("\n")] if text.strip() else []


def _cell(cell: str) -> float | str:
    word = cell.strip()
    try:
        return float(word)
    except ValueError:
        return word


def _guess(text: str) -> Any:
    """Return text without a telling media type as JSON, if it is some, else as it is."""
    try:
        return _json(text)
    except Unreadable:
        return text.strip()
