"""Requests that hold what nobody is to see, in every form that a reader knows."""

from __future__ import annotations

import base64
import csv
import io
import json
import re
import struct
import zlib
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

Row = dict[str, Any]
NAMES = ("a", "email", "card", "b")
MASK = ("email", "card")
_ROUND = 9

WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), min_size=3).map(
    lambda text: f"zq{text}qz"
)
NUMBERS = st.integers(10**11, 10**15) | st.floats(1e7, 1e12).filter(lambda x: x % 1 > 0)  # noqa: PLR2004  # so large that none comes by chance


def spelt(value: str | float) -> set[bytes]:
    """Return how a value may stand in a file: as text, quoted, escaped or in eight bytes."""
    if not isinstance(value, str):
        number = float(value)
        found = {repr(value).encode(), repr(number).encode(), struct.pack("<d", number)}
        rounded = f"{number:.6g}".encode()
        # A round number may come by chance, as an edge of another column.
        return found | ({rounded} if len(rounded) > _ROUND else set())
    escaped = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], value}
    twice = {json.dumps(each)[1:-1] for each in escaped}
    return {each.encode() for each in escaped | twice}


def holding(written: Mapping[str, bytes], secrets: Iterable[str | float]) -> list[str]:
    """Return what holds any of these values, packed or not."""
    marks = {mark for each in secrets for mark in spelt(each)}
    return [name for name, content in written.items() if _holds(content, marks)]


def _holds(content: bytes, marks: Iterable[bytes]) -> bool:
    try:
        content += zlib.decompress(content.partition(b"\n")[2])
    except zlib.error:
        pass
    return any(mark in content and _stands_alone(mark, content) for mark in marks)


def _stands_alone(mark: bytes, content: bytes) -> bool:
    """Say whether it is no part of a longer number, as of 0.5999999999999997."""
    return bool(re.search(rb"(?<![0-9.])" + re.escape(mark) + rb"(?![0-9])", content))


# ── forms of a request of several rows ──────────────────────────────────────────────────────────


def as_csv(rows: Sequence[Row]) -> tuple[str, str, str]:
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([row.values() for row in rows])
    return "CSV", "text/csv", stream.getvalue()


def as_bare_csv(rows: Sequence[Row]) -> tuple[str, str, str]:
    """Without quotes, which is read another way, if that can be."""
    cells = [[str(value) for value in row.values()] for row in rows]
    if any(set(',"\r\n\x85\u2028\u2029') & set(cell) for row in cells for cell in row):
        return as_csv(rows)
    return "CSV", "text/csv", "\n".join(map(",".join, cells))


def _json(content: Any) -> tuple[str, str, str]:
    return "JSON", "application/json", json.dumps(content)


def _columns(rows: Sequence[Row]) -> Any:
    return {name: [row[name] for row in rows] for name in rows[0]}


def _split(rows: Sequence[Row]) -> Any:
    return {"columns": list(rows[0]), "data": [list(row.values()) for row in rows]}


def packed(rows: Sequence[Row]) -> tuple[str, str, str]:
    _, content_type, text = as_csv(rows)
    return "BASE64", content_type, base64.b64encode(text.encode()).decode()


def json_lines(rows: Sequence[Row]) -> tuple[str, str, str]:
    return "JSON", "application/jsonlines", "\n".join(map(json.dumps, rows))


FORMS: dict[str, Callable[[Sequence[Row]], tuple[str, str, str]]] = {
    "csv": as_csv,
    "bare csv": as_bare_csv,
    "base64": packed,
    "objects": lambda rows: _json(list(rows)),
    "instances": lambda rows: _json({"instances": list(rows)}),
    "places": lambda rows: _json({"instances": [list(row.values()) for row in rows]}),
    "wrapped": lambda rows: _json({"instances": [{"features": list(r.values())} for r in rows]}),
    "columns": lambda rows: _json(_columns(rows)),
    "split": lambda rows: _json(_split(rows)),
    "mlflow": lambda rows: _json({"dataframe_split": _split(rows)}),
    "json lines": json_lines,
    "nested": lambda rows: _json([{**row, "b": {"email": row["email"], "x": 1}} for row in rows]),
    "deep": lambda rows: _json([{**row, "email": {"of": [row["email"]]}} for row in rows]),
    "more": lambda rows: _json([{**row, "extra": {"card": row["card"]}} for row in rows]),
}


def captured(form: str, rows: Sequence[Row], answer: str = "0.5", event: str = "e") -> bytes:
    """Return a line."""
    encoding, content_type, data = FORMS[form](rows)
    asked = {"observedContentType": content_type, "mode": "INPUT", "data": data}
    kind = "application/json" if answer.startswith("{") else "text/csv"
    answered = {"observedContentType": kind, "mode": "OUTPUT", "data": answer}
    told = {
        "captureData": {
            "endpointInput": {**asked, "encoding": encoding},
            "endpointOutput": {**answered, "encoding": "JSON" if answer[0] == "{" else "CSV"},
        },
        "eventMetadata": {"eventId": event, "inferenceTime": "2026-03-02T08:00:00Z"},
        "eventVersion": "0",
    }
    return json.dumps(told).encode() + b"\n"
