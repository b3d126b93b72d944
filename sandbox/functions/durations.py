"""The durations that stand for real work where runs must be repeatable."""

from __future__ import annotations

import json
import statistics
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.functions.runner import Invocation

TABLE = Path(__file__).parent / "durations.json"


class Durations:
    """Recorded durations in seconds, by function.

    Parameters
    ----------
    table
        The JSON file, see durations.json.
    """

    def __init__(self, table: Path = TABLE) -> None:
        content = json.loads(table.read_text())
        self.init: float = content["init_ms"] / 1000
        self._default: float = content["default_ms"] / 1000
        self._functions: dict[str, float] = content["functions"]

    def of(self, name: str) -> float:
        """Return a function's duration; CloudFormation puts the logical id into its name."""
        for part in (name, *name.split("-")):
            if part in self._functions:
                return self._functions[part] / 1000
        return self._default


def measured(history: Iterable[Invocation], stack: str) -> dict[str, float]:
    """Return the median milliseconds of the functions of a stack, by logical id."""
    times: dict[str, list[float]] = {}
    for each in history:
        if each.name.startswith(f"{stack}-"):
            times.setdefault(each.name.removeprefix(f"{stack}-").split("-")[0], []).append(
                each.duration_ms
            )
    return {name: statistics.median(values) for name, values in times.items()}


def refresh(measured: dict[str, float], table: Path = TABLE) -> None:
    """Write measured milliseconds, by logical id, into the table; the others stay."""
    content = json.loads(table.read_text())
    content["functions"] |= {name: round(value) for name, value in measured.items()}
    content["functions"] = dict(sorted(content["functions"].items()))
    table.write_text(json.dumps(content, indent=2) + "\n")
