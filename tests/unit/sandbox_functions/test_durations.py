from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.functions.durations import TABLE, Durations, measured, refresh
from sandbox.functions.runner import Invocation
from sandbox.functions.transcript import Bill

if TYPE_CHECKING:
    from pathlib import Path


def invocation(name: str, milliseconds: float) -> Invocation:
    bill = Bill("id", milliseconds, None, None, "success")
    return Invocation(name, milliseconds, None, 30, bill)


def test_a_function_without_a_record_has_the_default() -> None:
    assert Durations().of("slipway-SomethingElse-ABC") == 0.2


def test_measured_durations_are_recorded_by_logical_id(tmp_path: Path) -> None:
    table = tmp_path / "durations.json"
    table.write_text(TABLE.read_text())
    history = [invocation("slipway-Inspect-A1", ms) for ms in (900.4, 1100, 5000)]
    refresh(measured([*history, invocation("other-X-1", 1)], "slipway"), table)
    durations = Durations(table)
    assert durations.of("slipway-Inspect-B2") == 1.1
    assert durations.of("other-X-1") == 0.2
