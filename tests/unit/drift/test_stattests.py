from __future__ import annotations

import random
from bisect import bisect_left
from dataclasses import replace
from math import log, sqrt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from slipway.domain.drift.evidence import Binned, Categories
from slipway.domain.drift.stattests import StatTest, UnknownTest, all_tests, find_test
from slipway.domain.drift.stattests.shares import few_cells, frequent_cells
from tests.unit.drift.evidence_made import ANY, bins, categories, drawn, numbers, swapped, words

TESTS = all_tests()
NAMES = [test.name for test in TESTS]
# The deviation of the baseline is the unit of one, and its deciles are the cells of the other.
SYMMETRIC = [test for test in TESTS if test.name not in {"wasserstein", "psi"}]


def names_of(tests: list[StatTest] | tuple[StatTest, ...]) -> list[str]:
    return [test.name for test in tests]


def test_every_test_that_is_promised_is_registered_with_threshold_and_source() -> None:
    assert NAMES == [
        "chi_square",
        "jensen_shannon",
        "ks",
        "l_infinity",
        "mm_robust",
        "mm_simple",
        "psi",
        "wasserstein",
    ]
    assert all(test.threshold > 0 and test.source for test in TESTS)


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownTest, match="`kl`.*jensen_shannon"):
        find_test("kl")


@pytest.mark.parametrize("test", TESTS, ids=NAMES)
@given(ANY)
def test_distances_and_probabilities_stay_in_their_bounds(test: StatTest, comparison) -> None:
    found = test.method(comparison)
    assert 0 <= found.distance <= (test.highest or float("inf"))
    assert 0 <= found.p_value <= 1


@pytest.mark.parametrize("test", TESTS, ids=NAMES)
@given(ANY, st.integers(min_value=1, max_value=7))
def test_equal_shares_are_no_distance(test: StatTest, comparison, times: int) -> None:
    values = comparison.values
    if isinstance(values, Binned):
        same = numbers(values.reference, [times * count for count in values.reference])
    else:
        same = words(
            dict(values.reference), {name: times * n for name, n in values.reference.items()}
        )
    found = test.method(same)
    # A root of what floats leave of zero.
    assert found.distance == pytest.approx(0, abs=1e-7)
    assert found.p_value == pytest.approx(1)


@pytest.mark.parametrize("test", SYMMETRIC, ids=names_of(SYMMETRIC))
@given(ANY)
def test_neither_side_is_preferred(test: StatTest, comparison) -> None:
    one, other = test.method(comparison), test.method(swapped(comparison))
    assert one.distance == pytest.approx(other.distance, abs=1e-7)
    assert one.p_value == pytest.approx(other.p_value, abs=1e-9)


@pytest.mark.parametrize("test", TESTS, ids=NAMES)
def test_the_further_values_move_the_larger_the_distance(test: StatTest) -> None:
    steps = [
        numbers([500] * 20, [500 - 50 * moved] * 10 + [500 + 50 * moved] * 10)
        if test.numeric
        else words({"a": 5000, "b": 5000}, {"a": 5000 - 500 * moved, "b": 5000 + 500 * moved})
        for moved in range(8)
    ]
    distances = [test.method(step).distance for step in steps]
    assert distances == sorted(distances)
    assert distances[-1] > distances[1] >= 0


@pytest.mark.parametrize("test", [t for t in TESTS if t.numeric], ids=lambda t: t.name)
def test_numbers_that_were_never_seen_are_far_away(test: StatTest) -> None:
    source = random.Random(1)
    reference = [source.gauss(0, 1) for _ in range(3000)]
    beyond = drawn(reference, [50 + source.random() for _ in range(1000)])
    found = test.method(beyond)
    assert found.distance > 3 * test.threshold
    assert found.p_value < 1e-12


@pytest.mark.parametrize("test", [t for t in TESTS if t.numeric], ids=lambda t: t.name)
def test_a_constant_that_changes_is_seen_and_one_that_stays_is_not(test: StatTest) -> None:
    assert test.method(drawn([3.0] * 1000, [3.0] * 1000)).distance == 0
    changed = test.method(drawn([3.0] * 1000, [4.0] * 1000))
    assert changed.distance > test.threshold
    assert changed.p_value < 1e-12


@pytest.mark.parametrize("test", [t for t in TESTS if t.categorical], ids=lambda t: t.name)
def test_a_category_that_nobody_knew_is_seen(test: StatTest) -> None:
    found = test.method(words({"a": 900, "b": 100}, {"a": 500, "new": 500}))
    assert found.distance > test.threshold
    assert found.p_value < 1e-12


@pytest.mark.parametrize("test", TESTS, ids=NAMES)
def test_without_values_there_is_no_distance_and_no_significance(test: StatTest) -> None:
    for empty in (
        numbers([0, 0, 0], [4, 5, 6]),
        numbers([4, 5, 6], [0, 0, 0]),
        words({}, {"a": 3}),
        replace(numbers([1, 1], [1, 1]), values=None),
    ):
        assert (test.method(empty).distance, test.method(empty).p_value) == (0, 1)


# --- known numbers ------------------------------------------------------------------------------


def distance(name: str, comparison) -> float:
    return find_test(name).method(comparison).distance


def test_jensen_shannon_agrees_with_known_numbers() -> None:
    # The examples of scipy.spatial.distance.jensenshannon, to base 2.
    apart = words({"a": 1000}, {"b": 1000})
    assert distance("jensen_shannon", apart) == pytest.approx(1)
    half = words({"a": 1000}, {"a": 500, "b": 500})
    assert distance("jensen_shannon", half) == pytest.approx(0.46450140402245893 / sqrt(log(2)))


def test_psi_agrees_with_the_textbook() -> None:
    found = words({"a": 500, "b": 500}, {"a": 800, "b": 200})
    expected = 0.3 * log(0.8 / 0.5) - 0.3 * log(0.2 / 0.5)
    assert distance("psi", found) == pytest.approx(expected)
    ten = [100] * 10
    moved = [150, 100, 100, 100, 100, 100, 100, 100, 100, 50]
    expected = 0.05 * log(1.5) - 0.05 * log(0.5)
    assert distance("psi", numbers(ten, moved)) == pytest.approx(expected)


def test_psi_stands_on_the_deciles_of_the_baseline() -> None:
    source = random.Random(3)
    before = sorted(source.gauss(0, 1) for _ in range(20_000))
    now = [source.gauss(0, 1.5) for _ in range(3000)]
    cuts = [before[len(before) * tenth // 10] for tenth in range(1, 10)]
    places = [bisect_left(cuts, value) for value in now]
    shares = [places.count(tenth) / len(now) for tenth in range(10)]
    expected = sum((share - 0.1) * log(share / 0.1) for share in shares)
    assert distance("psi", drawn(before, now)) == pytest.approx(expected, rel=0.01)


def test_an_empty_cell_makes_psi_large_and_not_infinite() -> None:
    found = distance("psi", words({"a": 1000}, {"b": 1000}))
    assert 10 < found < 20


def test_ks_is_the_largest_gap() -> None:
    assert distance("ks", numbers([10, 20, 30, 40], [40, 30, 20, 10])) == pytest.approx(0.4)
    # 1.36 / sqrt(n/2) is the usual 5 % point for two samples of n.
    n = 20_000
    gap = 1.3581 / sqrt(n / 2)
    moved = round(gap * n)
    found = find_test("ks").method(numbers([n // 2, n // 2], [n // 2 - moved, n // 2 + moved]))
    assert found.p_value == pytest.approx(0.05, rel=0.02)


def test_what_a_sketch_may_have_got_wrong_is_taken_off() -> None:
    sure = numbers([500, 500], [400, 600])
    vague = replace(sure, error_bound=0.013)
    assert distance("ks", sure) == pytest.approx(0.1)
    assert distance("ks", vague) == pytest.approx(0.087)
    assert find_test("ks").method(vague).p_value > find_test("ks").method(sure).p_value


def test_model_monitors_distances_are_deequs() -> None:
    found = numbers([500, 500], [300, 700])
    assert distance("mm_simple", found) == pytest.approx(0.2)
    assert distance("mm_robust", found) == pytest.approx(0.2 - 1.8 * sqrt(2000 / 1e6))
    few = numbers([10, 10], [8, 12])
    assert distance("mm_robust", few) == 0
    mixed = words({"a": 600, "b": 300, "c": 100}, {"a": 500, "b": 280, "c": 220})
    assert distance("mm_simple", mixed) == distance("l_infinity", mixed) == pytest.approx(0.12)


def test_cramers_v_is_the_textbooks_for_samples_of_one_size() -> None:
    # chi-square = 1000 * (60*40 - 40*60)... by hand: 2 x 2 of 600/400 and 400/600 gives 80.
    found = find_test("chi_square").method(words({"a": 600, "b": 400}, {"a": 400, "b": 600}))
    assert found.distance == pytest.approx(sqrt(80 / 2000))
    assert found.p_value == pytest.approx(3.7e-19, rel=0.02)


def test_wasserstein_is_the_shift_in_deviations() -> None:
    source = random.Random(5)
    reference = [source.gauss(10, 4) for _ in range(20_000)]
    assert distance("wasserstein", drawn(reference, [x + 2 for x in reference])) == pytest.approx(
        0.5, abs=0.01
    )
    wider = [10 + (x - 10) * 2 for x in reference]
    # E|Z| = sqrt(2/pi) is 0.798, of a deviation that has grown by one; edges at every 0.5 % leave
    # out what lies further out, so that this is a lower bound.
    found = distance("wasserstein", drawn(reference, wider))
    assert 0.798 * 0.8 < found < 0.798


def test_numbers_far_beyond_the_baseline_weigh_by_how_far_they_lie() -> None:
    reference = [float(n % 100) for n in range(5000)]
    near = drawn(reference, [200.0 if n % 10 == 0 else float(n % 100) for n in range(5000)])
    far = drawn(reference, [9e6 if n % 10 == 0 else float(n % 100) for n in range(5000)])
    assert distance("ks", near) == distance("ks", far)
    assert distance("wasserstein", far) > 1000 * distance("wasserstein", near)


def test_rare_categories_are_put_together() -> None:
    many = {f"user-{n}": 1 for n in range(1000)}
    others = {f"user-{n}": 1 for n in range(1000, 2000)}
    found = find_test("jensen_shannon").method(words(many, others))
    assert (found.distance, found.p_value) == (0, 1)


@given(bins())
def test_an_atom_keeps_its_weight_however_bins_are_joined(comparison) -> None:
    values = comparison.values
    assert isinstance(values, Binned)
    assume(sum(values.reference) and sum(values.current))
    for most in (2, 10, 20):
        cells = few_cells(values, most)
        assert sum(cells.reference) == sum(values.reference)
        assert sum(cells.current) == sum(values.current)
        assert len(cells.reference) <= 2 * most


@given(categories())
def test_no_category_is_lost_when_rare_ones_are_joined(comparison) -> None:
    values = comparison.values
    assert isinstance(values, Categories)
    cells = frequent_cells(values)
    assert sum(cells.reference) == sum(values.reference.values())
    assert sum(cells.current) == sum(values.current.values())


@pytest.mark.parametrize("name", ["jensen_shannon", "psi", "wasserstein", "ks"])
def test_p_values_of_an_unchanged_stream_are_as_rare_as_they_say(name: str) -> None:
    # Cells that look at which sample a value comes from make those below 0.01 twice as frequent.
    source = random.Random(20)
    reference = [source.gauss(0, 1) for _ in range(5000)]
    method, rare, windows = find_test(name).method, 0, 1500
    for _ in range(windows):
        rare += method(drawn(reference, [source.gauss(0, 1) for _ in range(200)])).p_value < 0.01
    assert rare <= 0.015 * windows
