"""Training data and captures, made up."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

from slipway.domain.drift.baseline import Baseline
from slipway.domain.drift.comparing import compare
from slipway.domain.drift.profiles import Profile
from slipway.domain.drift.reading import read_captures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from slipway.domain.drift.evidence import Comparison

HEADER = "age,income,plan,churned"


def row(source: random.Random, older: float = 0.0) -> str:
    age = int(source.gauss(40 + older, 12))
    plan = source.choice(["free", "free", "paid"])
    return f"{age},{source.lognormvariate(7, 1):.2f},{plan},{int(source.random() < 0.2)}"


def rows(count: int, seed: int = 1, older: float = 0.0) -> list[str]:
    source = random.Random(seed)
    return [row(source, older) for _ in range(count)]


def source_of(text: str | bytes, piece: int = 1 << 20) -> Callable[[], Iterable[bytes]]:
    content = text.encode() if isinstance(text, str) else text
    return lambda: (content[start : start + piece] for start in range(0, len(content), piece))


def csv(lines: Sequence[str], header: str = HEADER) -> str:
    return "\n".join([header, *lines]) + "\n"


def baseline(count: int = 5000, label: str | None = "churned") -> Baseline:
    return Baseline.from_csv(source_of(csv(rows(count))), label=label)


def captured(requests: Iterable[Any], answers: Iterable[Any]) -> bytes:
    """Return a capture file; texts are CSV, everything else JSON."""

    def side(mode: str, data: Any) -> dict[str, str]:
        encoding = "CSV" if isinstance(data, str) else "JSON"
        text = data if isinstance(data, str) else json.dumps(data)
        return {"observedContentType": "", "mode": mode, "data": text, "encoding": encoding}

    lines = [
        {
            "captureData": {
                "endpointInput": side("INPUT", request),
                "endpointOutput": side("OUTPUT", answer),
            },
            "eventMetadata": {"eventId": "e", "inferenceTime": "2026-03-02T08:00:00Z"},
        }
        for request, answer in zip(requests, answers, strict=True)
    ]
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def asked(lines: Iterable[str]) -> list[str]:
    """Return rows without their last value, the label."""
    return [line.rpartition(",")[0] for line in lines]


def told(lines: Iterable[str]) -> list[str]:
    return [line.rpartition(",")[2] for line in lines]


def profiled(known: Baseline, content: bytes) -> Profile:
    schema = known.schema([content])
    found = Profile(schema, known.bins)
    for batch in read_captures([content], schema):
        found.add(batch)
    return found


def compared(known: Baseline, content: bytes) -> dict[tuple[str, str], Comparison]:
    return {(each.side, each.feature): each for each in compare(known, profiled(known, content))}
