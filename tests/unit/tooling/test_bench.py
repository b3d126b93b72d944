"""`make bench` says whether what it measures keeps what was promised."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmarks import __main__ as bench
from benchmarks.figures import Figure

if TYPE_CHECKING:
    from pathlib import Path

PROMISED = {
    "transitions": Figure.at_most(38, "transitions", 60),
    "failed": Figure.none(0, "requests"),
    "time": Figure(1.3, "x", "aim 1.15"),
}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({}, 0),
        ({"seconds": Figure.at_most(5.1, "s", 5)}, 1),
        ({"failed later": Figure.none(1, "requests")}, 1),
    ],
    ids=["all kept", "over a bound", "one that must be none"],
)
def test_a_broken_promise_is_the_exit_code(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    more: dict[str, Figure],
    code: int,
) -> None:
    monkeypatch.setattr(bench, "PARTS", (lambda: PROMISED, lambda: more))
    monkeypatch.setattr(bench, "ROOT", tmp_path)
    monkeypatch.setattr(bench, "TARGET", tmp_path / "build" / "bench.json")
    assert bench.main() == code
    written = json.loads((tmp_path / "build" / "bench.json").read_text())
    assert written["time"] == {"value": 1.3, "unit": "x", "against": "aim 1.15"}
    assert written.keys() == PROMISED.keys() | more.keys()
    told = capsys.readouterr()
    assert told.err.splitlines() == [f"Not kept: {name}" for name in more]
    assert ("NOT KEPT" in told.out) == bool(code)
