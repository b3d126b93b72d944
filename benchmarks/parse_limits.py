"""The least that has to be done to captured requests: parse them into columns, and drop those.

As fast as we know how with the same libraries: typed decoding of lines without what nobody needs,
in blocks that stay in the processor's caches; bodies joined and read at once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import polars

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    Columns = Mapping[str, type[polars.DataType]]

BLOCK, BODIES, AT_ONCE = 512 * 1024, 32_000, 100
_ANSWER: Columns = {"score": polars.Float64}


class _Body(msgspec.Struct, gc=False):
    data: str


class _Sides(msgspec.Struct, gc=False):
    endpointInput: _Body  # noqa: N815  # SageMaker's name.
    endpointOutput: _Body  # noqa: N815  # SageMaker's name.


class _Record(msgspec.Struct, gc=False):
    captureData: _Sides  # noqa: N815  # SageMaker's name.


class _Features(msgspec.Struct, gc=False):
    features: list[Any]


class _Instances(msgspec.Struct, gc=False):
    instances: list[_Features]


class _Score(msgspec.Struct, gc=False):
    score: float


class _Predictions(msgspec.Struct, gc=False):
    predictions: list[_Score]


_LINES = msgspec.json.Decoder(_Record)
_ASKED = msgspec.json.Decoder(_Instances)
_ANSWERED = msgspec.json.Decoder(_Predictions)


def parse_csv(pieces: Iterable[bytes], columns: Columns) -> int:
    """Parse requests and answers in CSV; return how many rows there were."""
    return _parse(pieces, lambda asked, answered: (_csv(asked, columns), _csv(answered, _ANSWER)))


def parse_json(pieces: Iterable[bytes], columns: Columns) -> int:
    """Parse requests and answers in JSON."""
    return _parse(
        pieces,
        lambda asked, answered: (
            _frame(columns, _features(asked)),
            _frame(_ANSWER, [_scores(answered)]),
        ),
    )


def _parse(
    pieces: Iterable[bytes],
    read: Callable[[list[str], list[str]], tuple[polars.DataFrame, polars.DataFrame]],
) -> int:
    rows, asked, answered = 0, list[str](), list[str]()
    for block in _blocks(pieces):
        for record in _LINES.decode_lines(block):
            asked.append(record.captureData.endpointInput.data)
            answered.append(record.captureData.endpointOutput.data)
        if len(asked) >= BODIES:
            rows += read(asked, answered)[0].height
            asked, answered = [], []
    return rows + (read(asked, answered)[0].height if asked else 0)


def _blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        for start in range(0, len(piece), BLOCK):
            part = piece[start : start + BLOCK]
            end = part.rfind(b"\n") + 1
            yield rest + part[:end]
            rest = part[end:]
    if rest:
        yield rest


def _csv(bodies: list[str], columns: Columns) -> polars.DataFrame:
    return polars.read_csv("\n".join(bodies).encode(), has_header=False, schema=columns)


def _features(bodies: list[str]) -> list[list[Any]]:
    columns: list[list[Any]] = []
    for part in _parts(bodies):
        rows = [row.features for body in _ASKED.decode_lines(part) for row in body.instances]
        columns = columns or [[] for _ in rows[0]]
        for column, values in zip(columns, zip(*rows, strict=True), strict=True):
            column.extend(values)
    return columns


def _scores(bodies: list[str]) -> list[float]:
    decoded = (body for part in _parts(bodies) for body in _ANSWERED.decode_lines(part))
    return [row.score for body in decoded for row in body.predictions]


def _parts(bodies: list[str]) -> Iterator[str]:
    for start in range(0, len(bodies), AT_ONCE):
        yield "\n".join(bodies[start : start + AT_ONCE])


def _frame(columns: Columns, values: list[Any]) -> polars.DataFrame:
    return polars.DataFrame(
        [
            polars.Series(name, each, dtype=kind)
            for (name, kind), each in zip(columns.items(), values, strict=True)
        ]
    )
