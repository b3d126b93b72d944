"""smoke.jsonl: golden requests and what their answers have to be."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any

from slipway.domain.errors import DomainError
from slipway.domain.json_text import JsonUnreadable, read_json

MAX_REQUESTS = 200
SHOWN = 200
_KEYS = frozenset({"content_type", "body", "accept", "expect", "tolerance"})


class SmokeTestInvalid(DomainError):
    """smoke.jsonl beside the artifact cannot be read."""


@dataclass(frozen=True, slots=True)
class SmokeRequest:
    """One golden request.

    Parameters
    ----------
    expect : object
        The expected answer: text, or JSON compared by value; None accepts every answer.
    tolerance : float
        How far numbers may be from the expected ones, absolutely.
    """

    content_type: str
    body: bytes
    accept: str = ""
    expect: Any = None
    tolerance: float = 1e-6


def parse_smoke(source: bytes | str) -> list[SmokeRequest]:
    """Read the file; empty lines are skipped.

    Only a line feed ends a line: JSON may hold what else Unicode takes for the end of one.

    Raises
    ------
    SmokeTestInvalid
        Naming the line and what is wrong with it.
    """
    found = enumerate(_text(source).split("\n"), 1)
    lines = [(number, line) for number, line in found if line.strip()]
    if len(lines) > MAX_REQUESTS:
        raise SmokeTestInvalid(f"smoke.jsonl has {len(lines)} requests, {MAX_REQUESTS} may be")
    return [_parse(number, line) for number, line in lines]


def _text(source: bytes | str) -> str:
    if isinstance(source, str):
        return source
    try:
        return source.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise SmokeTestInvalid(f"Line {line} of smoke.jsonl is no UTF-8") from error


def _parse(number: int, line: str) -> SmokeRequest:
    try:
        values = read_json(line)
    except JsonUnreadable as error:
        raise SmokeTestInvalid(f"Line {number} of smoke.jsonl {error}") from error
    problem = _problem(values)
    if problem:
        raise SmokeTestInvalid(f"Line {number} of smoke.jsonl {problem}")
    return SmokeRequest(
        content_type=values["content_type"],
        body=_body(number, values["body"]),
        accept=values.get("accept", ""),
        expect=values.get("expect"),
        tolerance=values.get("tolerance", 1e-6),
    )


def _body(number: int, body: Any) -> bytes:
    # A body that is JSON itself may be written as such, not only as text.
    text = body if isinstance(body, str) else json.dumps(body)
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise SmokeTestInvalid(
            f'Line {number} of smoke.jsonl has a "body" with half a character: {error.reason}'
        ) from error


def _problem(values: Any) -> str:
    if not isinstance(values, dict):
        return "is no object"
    unknown = sorted(values.keys() - _KEYS)
    if unknown:
        return f"has unknown keys: {', '.join(unknown)}; known are {', '.join(sorted(_KEYS))}"
    if not isinstance(values.get("content_type"), str) or "body" not in values:
        return 'needs "content_type" (text) and "body"'
    if not isinstance(values.get("accept", ""), str):
        return 'has an "accept" that is no text'
    tolerance = values.get("tolerance", 0)
    if isinstance(tolerance, bool) or not isinstance(tolerance, int | float) or tolerance < 0:
        return 'has a "tolerance" that is no positive number'
    return ""


def difference(request: SmokeRequest, answer: bytes) -> str:
    """Return how an answer differs from the expected one; empty if it does not.

    Example
    -------
    >>> difference(SmokeRequest("text/csv", b"1", expect="0.5"), b"0.5000000001")
    ''
    """
    if request.expect is None:
        return ""
    text = answer.decode("utf-8", "replace").strip()
    wanted, got = _value(request.expect), _value(text)
    if _alike(wanted, got, request.tolerance):
        return ""
    return f"expected {_short(request.expect)}, got {_short(text)}"


def _value(thing: Any) -> Any:
    """Return text as what it says: JSON, or the numbers and words of CSV."""
    if not isinstance(thing, str):
        return thing
    try:
        return read_json(thing)
    except JsonUnreadable:
        return [_cell(cell) for line in thing.split("\n") for cell in line.split(",")]


def _cell(cell: str) -> Any:
    try:
        return float(cell)
    except ValueError:
        return cell.strip()


def _alike(wanted: Any, got: Any, tolerance: float) -> bool:
    if isinstance(wanted, dict):
        same_keys = isinstance(got, dict) and wanted.keys() == got.keys()
        return same_keys and all(_alike(wanted[key], got[key], tolerance) for key in wanted)
    if isinstance(wanted, list):
        same_length = isinstance(got, list) and len(wanted) == len(got)
        return same_length and all(map(_alike, wanted, got, [tolerance] * len(wanted)))
    if _is_number(wanted) and _is_number(got):
        return math.isclose(wanted, got, rel_tol=0, abs_tol=tolerance) or wanted == got
    # In Python True equals 1; in an answer they are two things.
    return bool(wanted == got) and isinstance(wanted, bool) == isinstance(got, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _short(thing: Any) -> str:
    text = thing if isinstance(thing, str) else json.dumps(thing)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
