"""Demand from a CSV file: requests per second or per minute, evenly spaced."""

from __future__ import annotations

import csv
from array import array
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from math import isfinite
from typing import TYPE_CHECKING

from rehearsal.errors import WrongScenario

if TYPE_CHECKING:
    from pathlib import Path

_COLUMNS = {"requests_per_second": 1, "requests_per_minute": 60}
# Without times in the file, any day will do; this one is far from a change of clocks.
_SOME_DAY = datetime(2026, 1, 5, tzinfo=UTC)
_LONGEST = 31 * 86_400


@dataclass(frozen=True)
class Trace:
    """What a file says.

    Attributes
    ----------
    rates
        Requests in each second.
    """

    start: datetime
    rates: array[float]


def read_trace(path: Path) -> Trace:
    """Read a trace.

    The header names `requests_per_second` or `requests_per_minute`, and perhaps `time` (ISO 8601,
    UTC where it names no zone). A row holds until the next one; without times, for a second or a
    minute.

    Raises
    ------
    WrongScenario
        The file cannot be read so; the message names the line.
    """
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            reader = csv.DictReader(file)
            return _trace(path, [name.strip() for name in reader.fieldnames or ()], list(reader))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WrongScenario(f"{path}: {error}") from error


def _trace(path: Path, names: list[str], rows: list[dict[str, str]]) -> Trace:
    columns = [name for name in names if name in _COLUMNS]
    if len(columns) != 1:
        known = " or ".join(_COLUMNS)
        raise WrongScenario(f"{path}: the first line must name one column {known}, not {names}.")
    if not rows:
        raise WrongScenario(f"{path}: there is no row below the header.")
    unit = _COLUMNS[columns[0]]
    values = [_value(path, line, row[columns[0]]) for line, row in enumerate(rows, start=2)]
    times = (
        [_time(path, line, row["time"]) for line, row in enumerate(rows, start=2)]
        if ("time" in names)
        else []
    )
    length = _spacing(path, times) if len(times) > 1 else unit
    if len(values) * length > _LONGEST:
        raise WrongScenario(f"{path}: {len(values)} rows are more than 31 days.")
    rates = array("d", (value / unit for value in values for _ in range(length)))
    return Trace(times[0] if times else _SOME_DAY, rates)


def _value(path: Path, line: int, text: str | None) -> float:
    try:
        value = float(text or "")
    except ValueError:
        value = float("nan")
    if not isfinite(value) or value < 0:
        raise WrongScenario(f"{path}, line {line}: {text!r} is no number of requests.")
    return value


def _time(path: Path, line: int, text: str | None) -> datetime:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError as error:
        raise WrongScenario(f"{path}, line {line}: {text!r} is no time in ISO 8601.") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _spacing(path: Path, times: list[datetime]) -> int:
    gaps = [(after - before).total_seconds() for before, after in pairwise(times)]
    if gaps[0] < 1 or not gaps[0].is_integer():
        raise WrongScenario(f"{path}: rows must be whole seconds apart, not {gaps[0]} s.")
    for line, gap in enumerate(gaps, start=3):
        if gap != gaps[0]:
            message = f"{path}, line {line}: {gap:g} s after the row before, not {gaps[0]:g} s."
            raise WrongScenario(f"{message} Rows must be evenly spaced.")
    return int(gaps[0])
