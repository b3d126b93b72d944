"""What turned out to be true, as Model Monitor wants it: a JSON object in a line.

`{"groundTruthData": {"data": "1", "encoding": "CSV"}, "eventMetadata": {"eventId": "…"},
"eventVersion": "0"}`. The id is the captured record's `inferenceId` if it has one, else its
`eventId`. Source: Model Monitor, "Ingest Ground Truth labels and merge them with predictions".
"""

from __future__ import annotations

import base64
import csv
from collections import Counter
from dataclasses import dataclass, field
from io import StringIO
from typing import TYPE_CHECKING, Any

from slipway.domain.json_text import JsonUnreadable, read_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# A request of more rows than this is none of a model.
MOST_ROWS = 1_000_000


@dataclass(frozen=True, slots=True)
class Truths:
    """Values by id, in the order of a request's rows.

    Attributes
    ----------
    troubles
        Lines that could not be used, by reason; `repeated` and `corrected` ones were used: what
        was said last about an id is what counts, once.
    """

    values: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    troubles: Mapping[str, int] = field(default_factory=dict)


class _NoTruth(Exception):
    """A line says nothing about a request; the reason is its only argument."""


def read_truths(lines: Iterable[str | bytes]) -> Truths:
    """Read lines, the oldest first."""
    values: dict[str, tuple[Any, ...]] = {}
    troubles: Counter[str] = Counter()
    for line in lines:
        if not line.strip():
            continue
        try:
            event, rows = _read(line)
        except _NoTruth as reason:
            troubles[str(reason)] += 1
            continue
        if event in values:
            troubles["repeated" if values[event] == rows else "corrected"] += 1
        values[event] = rows
    return Truths(values, dict(sorted(troubles.items())))


def _read(line: str | bytes) -> tuple[str, tuple[Any, ...]]:
    try:
        record = read_json(line)
        event, data = record["eventMetadata"], record["groundTruthData"]
        identity = event.get("inferenceId") or event.get("eventId")
        content, encoding = data["data"], data.get("encoding", "CSV")
    except (JsonUnreadable, KeyError, TypeError, AttributeError) as error:
        raise _NoTruth("malformed") from error
    if not isinstance(identity, str) or not identity:
        raise _NoTruth("no_id")
    rows = _rows(content, encoding)
    if not rows:
        raise _NoTruth("no_value")
    return identity, tuple(rows[:MOST_ROWS])


def _rows(content: Any, encoding: Any) -> list[Any]:
    try:
        if encoding == "BASE64":
            content = base64.b64decode(content, validate=True).decode()
        if encoding == "JSON" and isinstance(content, str):
            content = read_json(content)
    except (JsonUnreadable, ValueError, TypeError) as error:
        raise _NoTruth("undecodable") from error
    if isinstance(content, str):
        return _first_column(content)
    values = content if isinstance(content, list) else [content]
    return [_value(value) for value in values]


def _first_column(content: str) -> list[str]:
    """Read CSV: what is in quotes is the same value as without them."""
    rows = csv.reader(StringIO(content, newline=""), skipinitialspace=True)
    try:
        return [row[0].strip() for row in rows if any(map(str.strip, row))]
    except csv.Error as error:
        raise _NoTruth("undecodable") from error


def _value(value: Any) -> Any:
    """Take the only value out of what is around it."""
    for _ in range(8):
        if isinstance(value, dict | list) and len(value) == 1:
            value = next(iter(value.values() if isinstance(value, dict) else value))
    if value is None or isinstance(value, dict | list):
        raise _NoTruth("no_value")
    return value
