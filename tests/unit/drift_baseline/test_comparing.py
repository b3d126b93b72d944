"""What was served beside the baseline: exact distances, unknown words, and learnt baselines."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from slipway.domain.drift.baseline import Baseline
from slipway.domain.drift.comparing import compare
from slipway.domain.drift.evidence import Binned, Categories, Coverage
from slipway.domain.drift.judging import judge
from slipway.domain.drift.profiles import Bins, Profile, ProfilesDiffer
from slipway.domain.drift.reading import observe, read_captures
from slipway.domain.drift.stattests.ks import ks
from slipway.domain.drift.verdict import Verdict
from tests.unit.drift_baseline.made import (
    asked,
    baseline,
    captured,
    compared,
    csv,
    profiled,
    rows,
    source_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

INCOME, AGE, PLAN = ("input", "income"), ("input", "age"), ("input", "plan")


def of_users(count: int = 2000, older: float = 0.0, score: str = "0.5") -> bytes:
    return captured(asked(rows(count, seed=7, older=older)), [score] * count)


def column(lines: list[str], place: int) -> np.ndarray:
    return np.sort([float(line.split(",")[place]) for line in lines])


@pytest.mark.parametrize(("key", "place"), [(AGE, 0), (INCOME, 1)])
@pytest.mark.parametrize("older", [0, 3, 500])
def test_distances_are_those_of_the_values_themselves(
    key: tuple[str, str], place: int, older: float
) -> None:
    ours, theirs = column(rows(5000), place), column(rows(2000, seed=7, older=older), place)
    every = np.union1d(ours, theirs)
    shares = [np.searchsorted(each, every, side="right") / each.size for each in (ours, theirs)]
    exact = float(np.abs(shares[0] - shares[1]).max())
    found = compared(baseline(), of_users(older=older))[key]
    assert found.error_bound == 0
    assert ks(found).distance == pytest.approx(exact, abs=0.002)


def test_values_far_beyond_the_baseline_keep_their_place() -> None:
    values = compared(baseline(), of_users(older=500))[AGE].values
    assert isinstance(values, Binned)
    held = [edge for edge, count in zip(values.edges, values.current, strict=False) if count]
    assert 540 < min(held) < 1000
    assert values.current[-1] == 0


def test_numbers_are_counted_by_what_they_are() -> None:
    requests = ["30,2,free", "30.5,2,free", "old,,free", ",2,"]
    found = compared(baseline(), captured(requests, ["0.5"] * 4))
    age, income = found[AGE], found[INCOME]
    assert (age.current_present, age.current_mismatched, age.current_missing) == (1, 2, 1)
    assert (income.current_present, income.current_missing) == (3, 1)
    assert age.current_mean == pytest.approx(30.25)
    assert (age.reference_present, age.reference_missing) == (5000, 0)


def test_unknown_words_are_unexpected() -> None:
    requests = [f"30,2,{plan}" for plan in ["free", "paid", "gold", "gold", "beta"]]
    found = compared(baseline(), captured(requests, ["0.5"] * 5))[PLAN]
    assert (found.unexpected, found.unexpected_count) == (("gold", "beta"), 3)
    assert isinstance(found.values, Categories)
    assert found.values.current == {"free": 1, "paid": 1, "gold": 2, "beta": 1}
    assert found.values.other_current == 0


def test_words_outside_the_domain_are_unexpected_even_if_the_baseline_has_them() -> None:
    known = baseline().asking(
        {"features": [{"name": "plan", "string_constraints": {"domains": ["free"]}}]}
    )
    requests = [f"30,2,{plan}" for plan in ["free", "paid", "paid", "gold"]]
    found = compared(known, captured(requests, ["0.5"] * 4))[PLAN]
    assert (found.unexpected, found.unexpected_count) == (("paid", "gold"), 3)


def test_names_of_people_are_not_unexpected() -> None:
    known = Baseline.from_csv(source_of(csv([f"user {n},1" for n in range(3000)], "name,b")))
    content = captured([f"user {n},1" for n in range(5000, 5100)], ["0.5"] * 100)
    found = compared(known, content)["input", "name"]
    assert (found.unexpected, found.unexpected_count) == ((), 0)
    assert found.values is None


def test_a_profile_of_another_baseline_is_refused() -> None:
    found = profiled(baseline(), of_users())
    with pytest.raises(ProfilesDiffer, match="another baseline"):
        compare(baseline(count=400), found)


def test_everything_can_be_learnt_from_captures() -> None:
    first = of_users()
    schema = observe([first]).schema()
    learning = Profile(schema, Bins())
    for batch in read_captures([first], schema):
        learning.add(batch)
    known = Baseline.from_profile(Profile.from_bytes(learning.to_bytes()))
    found = compared(known, of_users(older=4))
    assert ks(found["input", "_c0"]).distance > 0.1
    assert ks(found["input", "_c1"]).distance < 0.01
    assert found["output", "prediction"].values is not None
    assert known.statistics()["features"][0]["name"] == "prediction"


def test_whole_numbers_that_turn_out_to_have_fractions_are_no_mismatch() -> None:
    schema = observe([captured(["1", "2"], ["1", "2"])]).schema()
    learning = Profile(schema, Bins())
    content = captured(["1", "2.5", "3"], ["1", "2", "3"])
    for batch in read_captures([content], schema):
        learning.add(batch)
    known = Baseline.from_profile(learning)
    found = Profile(schema, known.bins)
    for batch in read_captures([content], schema):
        found.add(batch)
    (told, _) = compare(known, found)
    assert (told.kind.value, told.current_present, told.current_mismatched) == ("Fractional", 3, 0)


def test_predictions_can_be_learnt_beside_a_baseline_of_training_data() -> None:
    known = baseline()
    lacking = profiled(known, of_users(score="0.5"))
    learnt = Baseline.from_json(known.with_outputs(lacking).to_json())
    found = compared(learnt, of_users(score="0.75"))["output", "prediction"]
    assert ks(found).distance == 1
    assert found.reference_mean == 0.5
    assert found.reference_present == 2000


def test_half_of_a_file_and_the_other_half_are_the_file() -> None:
    known = baseline()
    lines = rows(1000, seed=3)
    whole = captured(asked(lines), ["0.5"] * 1000)
    halves = [
        profiled(known, captured(asked(part), ["0.5"] * 500)) for part in (lines[:500], lines[500:])
    ]
    merged, found = halves[0].merged(halves[1]), profiled(known, whole)
    for one, other in zip(compare(known, merged), compare(known, found), strict=True):
        assert one.values == other.values
        assert one.current_mean == pytest.approx(other.current_mean)


@pytest.mark.parametrize("count", [200, 900, 5000])
@pytest.mark.parametrize(
    "value",
    [
        lambda source: f"{source.getrandbits(64):x}",
        lambda source: f"user{int(source.paretovariate(0.4)) % 4000}@example.com",
        lambda source: f"2026-03-{source.randint(1, 28):02}T{source.randint(0, 86400)}",
        lambda source: "text " * 60 + str(source.random()),
        lambda source: f"product-{min(2000, int(source.paretovariate(0.8)))}",
    ],
    ids=["ids", "addresses", "times", "texts", "long tail"],
)
def test_what_is_new_in_each_row_is_no_drift(value: Callable[[Random], str], count: int) -> None:
    source = Random(count)
    known = Baseline.from_csv(source_of(csv([value(source) for _ in range(count)], "id")))
    rows = [value(source) for _ in range(1000)]
    content = captured(rows, ["0"] * len(rows))
    found = compared(known, content)["input", "id"]
    verdict = judge([found], Coverage(1000, 1000))
    assert verdict.verdict is not Verdict.DRIFT, verdict.reason


def test_names_are_not_compared_but_have_to_be_there() -> None:
    known = Baseline.from_csv(source_of(csv([f"id-{n},{n % 7}" for n in range(900)], "id,day")))
    known = Baseline.from_json(known.to_json())
    rows = [f"{f'new-{n}' if n % 2 else ''},{n % 7}" for n in range(900)]
    found = compared(known, captured(rows, ["0"] * len(rows)))["input", "id"]
    assert (found.values, found.unexpected) == (None, ())
    verdict = judge([found], Coverage(900, 900))
    assert [each.test for each in verdict.violations] == ["completeness"]


def test_a_new_word_in_a_column_of_a_hundred_is_still_seen() -> None:
    source = Random(1)
    cities = [f"city-{source.randint(0, 99)}" for _ in range(5000)]
    known = Baseline.from_csv(source_of(csv(cities, "city")))
    rows = [f"city-{source.randint(20, 119)}" for _ in range(1000)]
    found = compared(known, captured(rows, ["0"] * len(rows)))["input", "city"]
    tests = {each.test for each in judge([found], Coverage(1000, 1000)).violations}
    assert tests == {"categorical_values", "jensen_shannon"}
