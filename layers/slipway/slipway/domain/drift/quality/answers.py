"""What a captured answer predicts."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.domain.captured import SYNTHETIC
from slipway.domain.json_text import JsonUnreadable, read_json
from slipway.domain.replay.answers import Unreadable, read_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# What servers put around answers.
_AROUND = ("predictions", "outputs", "instances", "results", "data")
_DEEPEST = 8
_STEP = re.compile(r"[^.\[\]]+")


@dataclass(frozen=True, slots=True)
class CapturedAnswer:
    """An answer as it was captured.

    Attributes
    ----------
    id
        What ground truth calls it: the caller's own id, or the event's.
    at
        When it was asked for, ISO 8601 in UTC.
    content
        Numbers, words, lists and dictionaries.
    """

    id: str
    at: str
    content: Any


def captured_answers(lines: Iterable[str | bytes]) -> Iterator[CapturedAnswer]:
    """Yield the answers that users got; what is no capture record is the reader's to count."""
    for line in lines:
        found = _captured(line)
        if found is not None:
            yield found


def _captured(line: str | bytes) -> CapturedAnswer | None:
    try:
        record = read_json(line)
        event, output = record["eventMetadata"], record["captureData"]["endpointOutput"]
        identity = event.get("inferenceId") or event["eventId"]
        if str(identity).startswith(SYNTHETIC):
            return None
        body = _body(output)
        content = read_answer(body, str(output.get("observedContentType") or ""))
        return CapturedAnswer(str(identity), str(event.get("inferenceTime", "")), content)
    except (JsonUnreadable, Unreadable, ValueError, KeyError, TypeError, AttributeError):
        return None


def _body(output: dict[str, Any]) -> bytes:
    data = output["data"]
    if output.get("encoding") == "BASE64":
        return base64.b64decode(data, validate=True)
    return data.encode() if isinstance(data, str) else json.dumps(data).encode()


def rows_of(content: Any, count: int) -> list[Any] | None:
    """Return the answer's rows; None if it has not `count` of them.

    `[0.1, 0.9]` are two predictions, or one of two values: only who knows how many rows were
    asked for can tell.
    """
    for _ in range(_DEEPEST):
        if not isinstance(content, dict):
            break
        inner = next((content[key] for key in _AROUND if isinstance(content.get(key), list)), None)
        if inner is None:
            break
        content = inner
    if isinstance(content, list) and len(content) == count:
        return content
    return [content] if count == 1 else None


def value_at(row: Any, place: str | None) -> Any:
    """Return what lies at a place of a row; None if there is nothing.

    Parameters
    ----------
    place
        A position (`0`) or a path (`scores[0].label`); without it the first value that there is.

    Example
    -------
    >>> value_at({"scores": [{"label": "a"}]}, "scores[0].label")
    'a'
    """
    if place is None:
        return _first(row, _DEEPEST)
    for step in _STEP.findall(place.removeprefix("$")):
        row = _inside(row, step)
    return None if isinstance(row, dict | list) else row


def _inside(row: Any, step: str) -> Any:
    if isinstance(row, dict):
        return row.get(step)
    if step.isdecimal() and int(step) == 0 and not isinstance(row, list):
        return row  # The only value is the first one.
    if isinstance(row, list) and step.isdecimal() and int(step) < len(row):
        return row[int(step)]
    return None


def _first(row: Any, depth: int) -> Any:
    if not isinstance(row, dict | list):
        return row
    values = row.values() if isinstance(row, dict) else row
    if depth:
        for value in values:
            found = _first(value, depth - 1)
            if found is not None:
                return found
    return None
