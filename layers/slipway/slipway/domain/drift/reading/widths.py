"""Rows that do not fit the baseline's columns: noted with what is missing and what is too much."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from slipway.domain.drift.troubles import Trouble

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from slipway.domain.drift.evidence import Side
    from slipway.domain.drift.reading.noting import Notes
    from slipway.domain.drift.schema import Column

WRONG_WIDTH: Mapping[Side, Trouble] = {
    "input": Trouble.WRONG_WIDTH,
    "output": Trouble.OUTPUT_WRONG_WIDTH,
}
# A row may have thousands of values more than it should have; the first few say it as well.
_NAMED, _LONGEST = 20, 100


class Fitting:
    """Takes rows of values by position or by name, and keeps those that fit the columns."""

    def __init__(self, columns: Sequence[Column], side: Side, notes: Notes) -> None:
        self.rows: list[Sequence[Any]] = []
        self._names = [column.name for column in columns]
        self._side: Side = side
        self._notes = notes

    def columns(self) -> Iterable[tuple[Any, ...]]:
        """Return the rows that fit, turned into columns."""
        return zip(*self.rows, strict=True)

    def add(self, row: Sequence[Any] | dict[str, Any], text: str) -> None:
        """Take one row; `text` is the body that it stands in."""
        if isinstance(row, dict):
            self._add_named(row, text)
        elif len(row) == len(self._names):
            self.rows.append(row)
        else:
            missing = self._names[len(row) :]
            extra = range(len(self._names), min(len(row), len(self._names) + _NAMED))
            self._refuse(missing, (f"column {number + 1}" for number in extra), text)

    def _add_named(self, row: dict[str, Any], text: str) -> None:
        missing = [name for name in self._names if name not in row]
        if len(missing) == len(self._names) and len(row) == 1:
            self.add(list(row.values()), text)  # One value for one column needs no name.
            return
        extra = [name[:_LONGEST] for name in sorted(row.keys() - set(self._names))[:_NAMED]]
        if len(missing) == len(self._names):
            self._refuse(missing, extra, text)
            return
        self._note(missing, extra)
        self.rows.append([_plain(row.get(name)) for name in self._names])

    def _refuse(self, missing: Iterable[str], extra: Iterable[str], text: str) -> None:
        self._note(missing, extra)
        self._notes.note(WRONG_WIDTH[self._side], text)

    def _note(self, missing: Iterable[str], extra: Iterable[str]) -> None:
        self._notes.missing_columns.update(missing)
        self._notes.extra_columns.update(extra)


def _plain(value: Any) -> Any:
    """Spell what is no plain value, so that it is counted as of another kind."""
    return msgspec.json.encode(value).decode() if isinstance(value, list | dict) else value
