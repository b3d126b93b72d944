"""Lines of capture files in every form that SageMaker writes, made up."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from slipway.domain.drift.reading import read_captures
from slipway.domain.drift.schema import Column, Kind, Schema

if TYPE_CHECKING:
    from slipway.domain.drift.reading import Batch

TYPES = {"CSV": "text/csv", "JSON": "application/json", "BASE64": "application/x-unknown"}
NUMBERS = (Column("age", Kind.INTEGRAL), Column("income", Kind.FRACTIONAL))
PLAN = Column("plan", Kind.STRING)
SCORE = (Column("score", Kind.FRACTIONAL),)
SCHEMA = Schema((*NUMBERS, PLAN), SCORE)


def body(data: str, encoding: str = "CSV", content_type: str | None = None) -> dict[str, str]:
    kind = TYPES[encoding] if content_type is None else content_type
    return {"observedContentType": kind, "mode": "INPUT", "data": data, "encoding": encoding}


def packed(data: str | bytes, content_type: str) -> dict[str, str]:
    raw = data if isinstance(data, bytes) else data.encode()
    return body(base64.b64encode(raw).decode(), "BASE64", content_type)


def as_json(value: Any) -> dict[str, str]:
    return body(json.dumps(value), "JSON")


def record(
    request: str | dict[str, str] | None, answer: str | dict[str, str] | None = "0.5", **meta: Any
) -> bytes:
    """Return a line without its end."""
    sides = {"endpointInput": request, "endpointOutput": answer}
    captured = {
        name: body(side) if isinstance(side, str) else side
        for name, side in sides.items()
        if side is not None
    }
    metadata = {"eventId": "e", "inferenceTime": "2026-03-02T08:00:00Z", **meta}
    told = {"captureData": captured, "eventMetadata": metadata, "eventVersion": "0"}
    return json.dumps(told).encode()


def file(*records: bytes) -> bytes:
    return b"".join(each + b"\n" for each in records)


def read(content: bytes, schema: Schema = SCHEMA, piece: int = 1 << 20) -> Batch:
    """Return the only batch of a small file."""
    pieces = [content[start : start + piece] for start in range(0, len(content), piece)]
    (found,) = read_captures(pieces, schema)
    return found


def rows(found: Batch) -> list[tuple[Any, ...]]:
    return found.inputs.rows()
