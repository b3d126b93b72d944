import textwrap

import pytest

from scripts.prove import Tally, proof
from scripts.prove_scenarios import hold, lines, merged
from scripts.prove_soak import held, size


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


def test_the_counts_of_all_processes_come_together():
    def part(cases, outcomes, problems):
        count = {
            "calls": 9,
            "possible": {"calls": 7},
            "cases": {"calls": cases},
            "outcomes": outcomes,
        }
        return {"first release": {**count, "problems": problems}}

    parts = [part(3, {"failed": 1, "succeeded": 2}, {"x": ["orphan"]}), part(2, {"failed": 2}, {})]
    assert merged(parts) == {
        "first release": {
            "calls": 9,
            "possible": {"calls": 7},
            "cases": {"calls": 5},
            "outcomes": {"failed": 3, "succeeded": 2},
            "problems": {"x": ["orphan"]},
        }
    }


def test_what_was_tried_is_told_with_what_there_is():
    count = {"possible": {"calls": 7, "kills": 2}, "cases": {"calls": 3}, "problems": {}}
    told = lines({"first release": count, "night": count | {"problems": {"x": ["orphan"]}}})
    assert told == [
        "first release: 3 of 9 combinations tried, 0 do not hold",
        "night: 3 of 9 combinations tried, 1 do not hold",
        "all scenarios: 6 of 18 combinations tried, 1 do not hold (6 of 14 calls, 0 of 4 kills)",
    ]


def test_a_scenario_that_does_not_hold_spoils_the_proof():
    assert hold({"a": {"problems": {}}})
    assert not hold({"a": {"problems": {}}, "b": {"problems": {"x": ["orphan"]}}})
    assert not hold({})


def test_a_soak_that_ended_early_spoils_the_proof(monkeypatch):
    monkeypatch.setenv("SOAK", "5x3")
    assert size() == (5, 3)
    whole = {"endpoints": 5, "days": 3, "problems": {}}
    assert held({"1": whole, "2": whole})
    assert not held({"1": whole, "2": whole | {"days": 2}})
    assert not held({"1": whole | {"problems": {"day 3": ["orphan"]}}})
    assert not held({})
