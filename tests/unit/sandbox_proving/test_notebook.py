"""A proof that was stopped goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.proving import Verdict
from tests.prove.notebook import Notebook, entries, state_of

if TYPE_CHECKING:
    from pathlib import Path


def test_what_held_is_known_to_every_process_that_begins_later(tmp_path: Path) -> None:
    one = Notebook(tmp_path, "1-of-2")
    one.write("night", "calls", Verdict("a throttled once", ["succeeded"]), 3)
    one.write("night", "calls", Verdict("b throttled once", problems=["orphan"]), 1)
    two = Notebook(tmp_path, "2-of-2")
    assert two.holds("night", "a throttled once")
    assert not two.holds("day", "a throttled once")
    # What did not hold may have been mended.
    assert not two.holds("night", "b throttled once")


def test_a_later_verdict_stands_for_the_earlier_one(tmp_path: Path) -> None:
    notebook = Notebook(tmp_path, "1-of-1")
    notebook.write("night", "calls", Verdict("b", problems=["orphan"]), 1)
    notebook.write("night", "calls", Verdict("b", ["succeeded"]), 1)
    (entry,) = entries(tmp_path)
    assert (entry.problems, entry.outcome) == ([], "succeeded")


def test_a_line_that_was_not_finished_is_no_verdict(tmp_path: Path) -> None:
    Notebook(tmp_path, "1-of-1").write("night", "calls", Verdict("b", ["succeeded"]), 1)
    path = tmp_path / "1-of-1.jsonl"
    path.write_text(path.read_text() + '{"scenario": "nig')
    assert [each.what for each in entries(tmp_path)] == ["b"]


def test_a_change_of_slipway_begins_anew_and_a_change_of_its_tests_does_not(tmp_path: Path) -> None:
    (tmp_path / "functions" / "judge").mkdir(parents=True)
    handler = tmp_path / "functions" / "judge" / "app.py"
    handler.write_text("one")
    before = state_of(tmp_path)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_it.py").write_text("two")
    assert state_of(tmp_path) == before
    handler.write_text("two")
    assert state_of(tmp_path) != before
