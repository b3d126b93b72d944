"""Captured requests to measure throughput with: 20 numbers and 4 words in a row, drawn from a seed.

Nothing but numpy is needed, so that other tools can be given the same rows in an environment of
their own.
"""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Table = dict[str, NDArray[np.float64] | NDArray[np.str_]]

Form = Literal["csv", "json", "base64"]
FOLDER = Path(__file__).parents[1] / "build" / "throughput"
BASELINE_ROWS = 100_000
# A file is read as often as it takes to see so many rows as are asked for.
FILE_ROWS = 100_000
_REAL, _WHOLE = 12, 8
_WORDS = {"city": 40, "plan": 4, "system": 6, "segment": 12}
_TYPES = {"csv": "text/csv", "json": "application/json", "base64": "text/csv"}


def table(rows: int, seed: int) -> Table:
    """Return rows as columns."""
    source = np.random.default_rng(seed)
    found: Table = {}
    for number in range(_REAL):
        found[f"real_{number}"] = np.round(source.normal(number, 1 + number, rows), 6)
    for number in range(_WHOLE):
        found[f"whole_{number}"] = source.integers(0, 10 ** (1 + number % 4), rows).astype(float)
    for name, count in _WORDS.items():
        words = np.array([f"{name} {number}" for number in range(count)])
        found[name] = words[source.integers(0, count, rows)]
    return found


def baseline_file() -> Path:
    """Return a baseline.csv; written where it is not yet."""
    return _written("baseline.csv", _baseline)


def captures(form: Form) -> Path:
    """Return a capture file; written where it is not yet."""
    return _written(f"{form}.jsonl", lambda: _lines(form))


def pieces(path: Path, rows: int) -> Iterator[bytes]:
    """Give a capture file's bytes, again and again, until they hold so many rows."""
    for _ in range(rows // FILE_ROWS):
        with path.open("rb") as file:
            while piece := file.read(1 << 20):
                yield piece


def _written(name: str, content: object) -> Path:
    target = FOLDER / name
    if not target.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        draft = target.with_suffix(".draft")
        with draft.open("w") as file:
            file.writelines(f"{line}\n" for line in content())  # type: ignore[operator]  # Both are.
        draft.replace(target)
    return target


def _baseline() -> Iterator[str]:
    columns = table(BASELINE_ROWS, seed=1)
    yield ",".join(columns)
    for row in _rows(columns):
        yield ",".join(map(str, row))


def _rows(columns: Table) -> Iterator[tuple[object, ...]]:
    plain = [
        [int(value) for value in values] if name.startswith("whole") else values.tolist()
        for name, values in columns.items()
    ]
    return zip(*plain, strict=True)


def _lines(form: Form) -> Iterator[str]:
    scores = np.round(np.random.default_rng(3).random(FILE_ROWS), 6).tolist()
    for number, row in enumerate(_rows(table(FILE_ROWS, seed=2))):
        yield _record(number, form, row, scores[number])


def _record(number: int, form: Form, row: tuple[object, ...], score: float) -> str:
    request, answer = ",".join(map(str, row)), str(score)
    encoding = form.upper()
    if form == "json":
        request = json.dumps({"instances": [{"features": list(row)}]})
        answer = json.dumps({"predictions": [{"score": score}]})
    if form == "base64":
        request, answer = (base64.b64encode(each.encode()).decode() for each in (request, answer))
    sides = {"endpointInput": ("INPUT", request), "endpointOutput": ("OUTPUT", answer)}
    told = {
        "captureData": {
            side: {
                "observedContentType": _TYPES[form],
                "mode": mode,
                "data": data,
                "encoding": encoding,
            }
            for side, (mode, data) in sides.items()
        },
        "eventMetadata": {
            "eventId": f"{number:08x}-0000-4000-8000-000000000000",
            "inferenceTime": f"2026-03-02T09:{number // 60 % 60:02}:{number % 60:02}Z",
        },
        "eventVersion": "0",
    }
    return json.dumps(told, separators=(",", ":"))
