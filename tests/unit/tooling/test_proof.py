import textwrap

import pytest

from scripts.prove import Tally, proof
from scripts.prove_scenarios import counts_of, hold, lines
from scripts.prove_soak import held, size
from tests.prove.notebook import Entry


def test_counts_each_test_once_in_its_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "tests" / "unit" / "area"
    folder.mkdir(parents=True)
    (folder / "test_it.py").write_text(
        textwrap.dedent(
            """
            import pytest

            def test_good():
                pass

            def test_bad():
                assert False

            @pytest.mark.skip(reason="no data")
            def test_left_out():
                pass
            """
        )
    )
    tally = Tally()
    code = pytest.main(
        ["-q", "-p", "no:cacheprovider", "-c", "/dev/null", f"--rootdir={tmp_path}", "tests"],
        plugins=[tally],
    )
    result = proof(tally, int(code))
    assert result["complete"] is False
    assert result["total"] == {"failed": 1, "passed": 1, "skipped": 1}
    assert result["groups"] == {"tests/unit/area": {"failed": 1, "passed": 1, "skipped": 1}}


def test_verdicts_are_counted_by_what_they_stand_for():
    def entry(what, kind="calls", stands_for=1, outcome="failed", problems=()):
        return Entry("night", kind, what, stands_for, outcome, False, 1.5, list(problems))

    found = [
        entry("a", problems=["orphan"]),
        entry("b", "brownouts", 8, "succeeded"),
        entry("c", "kills"),
        Entry("day", "calls", "a", 1, "failed", True, 1.5, []),
    ]
    assert counts_of({"night": {"calls": 1, "brownouts": 9}}, found) == {
        "night": {
            "possible": {"calls": 1, "brownouts": 9},
            "cases": {"calls": 1, "brownouts": 8, "kills": 1},
            "runs": 3,
            "outcomes": {"failed": 2, "succeeded": 1},
            "redriven": 0,
            "seconds": 4,
            "problems": {"a": ["orphan"]},
        }
    }


def test_what_was_tried_is_told_with_what_there_is():
    count = {"possible": {"calls": 7, "kills": 2}, "cases": {"calls": 3}, "runs": 2, "problems": {}}
    told = lines({"first release": count, "night": count | {"problems": {"x": ["orphan"]}}})
    assert told == [
        "first release: 3 of 9 combinations tried in 2 runs, 0 do not hold",
        "night: 3 of 9 combinations tried in 2 runs, 1 do not hold",
        "all scenarios: 6 of 18 combinations tried, 1 do not hold (6 of 14 calls, 0 of 4 kills)",
    ]


def test_what_does_not_hold_or_was_not_tried_spoils_the_proof(monkeypatch):
    monkeypatch.delenv("SAMPLE", raising=False)
    whole = {"possible": {"calls": 2}, "cases": {"calls": 2}, "problems": {}}
    half = whole | {"cases": {"calls": 1}}
    assert hold({"a": whole})
    assert not hold({"a": whole, "b": whole | {"problems": {"x": ["orphan"]}}})
    assert not hold({"a": whole, "b": half})
    assert not hold({})
    monkeypatch.setenv("SAMPLE", "1")
    assert hold({"a": half})


def test_a_soak_that_ended_early_spoils_the_proof(monkeypatch):
    monkeypatch.setenv("SOAK", "5x3")
    assert size() == (5, 3)
    whole = {"endpoints": 5, "days": 3, "problems": {}}
    assert held({"1": whole, "2": whole})
    assert not held({"1": whole, "2": whole | {"days": 2}})
    assert not held({"1": whole | {"problems": {"day 3": ["orphan"]}}})
    assert not held({})
