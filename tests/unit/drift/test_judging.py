from __future__ import annotations

import json
import random
import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.domain.drift.checks import CHECKS
from slipway.domain.drift.correction import holm
from slipway.domain.drift.evidence import Binned, Categories, Coverage, EvidenceInvalid
from slipway.domain.drift.judging import judge
from slipway.domain.drift.requirements import ConstraintsInvalid, Requirements
from slipway.domain.drift.schema import Kind
from slipway.domain.drift.settings import Settings
from slipway.domain.drift.stattests import all_tests
from slipway.domain.drift.troubles import Trouble, Troubles
from slipway.domain.drift.verdict import DriftVerdict, Severity, Verdict
from slipway.domain.drift.violations import violations
from slipway.domain.spec import parse_spec
from slipway.domain.spec.watched import Limited, TestName
from tests.unit.drift.evidence_made import ANY, compared, drawn, numbers, words

if TYPE_CHECKING:
    from slipway.domain.drift.evidence import Comparison

BEFORE = {"basic": 6000, "plus": 3000, "pro": 1000}
SAME = {"basic": 600, "plus": 300, "pro": 100}
OTHER = {"basic": 300, "plus": 450, "pro": 250}


def rows(count: int = 1000, **others: Any) -> Coverage:
    return Coverage(count, count, **others)


def normal(seed: int, size: int, mean: float = 0.0, deviation: float = 1.0) -> list[float]:
    source = random.Random(seed)
    return [source.gauss(mean, deviation) for _ in range(size)]


def steady(feature: str = "age") -> Comparison:
    return replace(drawn(normal(1, 5000), normal(2, 1000)), feature=feature)


def moved(feature: str = "age", by: float = 1.0) -> Comparison:
    return replace(drawn(normal(1, 5000), normal(2, 1000, by)), feature=feature)


def test_an_unchanged_stream_has_not_drifted() -> None:
    found = judge([steady(), words(BEFORE, SAME)], rows())
    assert (found.verdict, found.violations) == (Verdict.NO_DRIFT, ())
    assert found.calm
    assert found.reason == "None of 2 features has drifted, in 1,000 rows."


def test_a_shifted_feature_is_named_with_its_numbers_the_worst_first() -> None:
    found = judge([steady("age"), moved("income", 0.4), moved("spend", 2)], rows())
    assert found.verdict is Verdict.DRIFT
    assert found.features == ("spend", "income")
    assert found.severity is Severity.SEVERE
    assert found.reason.startswith("2 drifted: spend: the jensen_shannon distance is 0.")
    assert "the mean went from" in found.reason
    assert found.suggests_retraining
    assert not found.calm


def test_a_shifted_mix_of_categories_says_which_share_moved() -> None:
    found = judge([words(BEFORE, OTHER)], rows())
    assert found.verdict is Verdict.DRIFT
    assert "the share of `basic` went from 60.0% to 30.0%" in found.reason


def test_what_users_wrote_is_told_only_if_asked_for() -> None:
    compare = words(
        BEFORE, {"jane@home": 500, "basic": 500}, unexpected=("jane@home",), unexpected_count=500
    )
    assert "jane@home" not in json.dumps(judge([compare], rows()).as_dict())
    told = judge([compare], rows(), Settings(examples=True))
    assert "50.00% of the values are not in the baseline, such as `jane@home`" in str(
        told.as_dict()
    )


def test_a_small_change_in_a_large_window_is_real_and_does_not_matter() -> None:
    found = judge([drawn(normal(1, 40_000), normal(2, 40_000, 0.1))], rows(40_000))
    (finding,) = [each for each in found.findings if each.test == "jensen_shannon"]
    assert finding.p_value is not None and finding.p_value < 1e-9
    assert finding.distance < finding.threshold
    assert found.verdict is Verdict.NO_DRIFT


def test_noise_in_a_small_window_is_beyond_the_limit_and_does_not_count() -> None:
    found = judge([drawn(normal(1, 5000), normal(3, 200))], rows(200))
    (finding,) = [each for each in found.findings if each.test == "jensen_shannon"]
    assert finding.distance > finding.threshold
    assert not finding.violated
    assert "by chance" in finding.reason
    assert found.verdict is Verdict.NO_DRIFT


def test_one_feature_among_many_has_to_be_surer() -> None:
    alone = drawn(normal(1, 5000), normal(7, 250, 0.4))
    alone = replace(alone, feature="alone")
    others = [replace(steady(), feature=f"other-{n}") for n in range(200)]
    (first,) = [f for f in judge([alone], rows(250)).findings if f.test == "jensen_shannon"]
    among = judge([alone, *others], rows(250)).findings
    (second,) = [f for f in among if (f.feature, f.test) == ("alone", "jensen_shannon")]
    assert first.p_value is not None and second.p_value is not None
    assert second.p_value > 50 * first.p_value


@pytest.mark.parametrize(
    ("comparisons", "coverage", "words_told"),
    [
        (None, rows(), "no baseline"),
        ([], rows(), "no baseline"),
        ([steady()], Coverage(0, 0), "Nothing was captured"),
        ([steady()], rows(199), "Too few rows to tell: 199, at least 200"),
        (
            [steady()],
            Coverage(1000, 0, {Trouble.MALFORMED: 1000}),
            "1,000 of 1,000 captured records cannot be read",
        ),
        (
            [steady()],
            Coverage(1000, 400, {Trouble.UNDECODABLE: 350, Trouble.NO_INPUT: 250}),
            "600 of 1,000",
        ),
        ([compared("age", Kind.FRACTIONAL, None, 500, 0)], rows(), "No feature could be judged"),
    ],
)
def test_what_cannot_be_told_is_not_good_news(
    comparisons: list[Comparison] | None, coverage: Coverage, words_told: str
) -> None:
    found = judge(comparisons, coverage)
    assert found.verdict is Verdict.CANNOT_TELL
    assert words_told in found.reason
    assert not found.calm


def test_a_feature_with_hardly_any_values_is_not_judged_beside_others() -> None:
    found = judge([steady(), drawn(normal(1, 5000), normal(2, 20), current_missing=980)], rows())
    assert "only 20 values to compare" in str([each.reason for each in found.findings])


# --- checks -------------------------------------------------------------------------------------


def check_of(found: DriftVerdict, name: str) -> dict[str, str]:
    entries: list[dict[str, str]] = violations(found)["violations"]
    (entry,) = [each for each in entries if each["constraint_check_type"] == name]
    return entry


def test_missing_values_are_told_and_blamed_on_the_way_to_the_model() -> None:
    broken = replace(steady(), current_missing=1000)
    found = judge([broken], rows(2000))
    assert check_of(found, "completeness_check") == {
        "feature_name": "age",
        "constraint_check_type": "completeness_check",
        "description": "Data completeness requirement is not met. Expected: 100.0%. "
        "Observed: Only 50.0%.",
    }
    assert found.severity is Severity.SEVERE
    assert not found.suggests_retraining


def test_a_feature_that_always_lacked_values_may_lack_them() -> None:
    used = replace(steady(), reference_missing=5000, current_missing=1000)
    assert judge([used], rows(2000)).verdict is Verdict.NO_DRIFT


def test_one_missing_value_of_thousands_calls_nobody() -> None:
    assert judge([replace(steady(), current_missing=3)], rows(1003)).verdict is Verdict.NO_DRIFT


def test_completeness_that_somebody_asked_for_is_what_counts() -> None:
    half = replace(steady(), current_missing=1000, required_completeness=0.4)
    assert judge([half], rows(2000)).verdict is Verdict.NO_DRIFT
    strict = replace(steady(), reference_missing=5000, current_missing=1000)
    strict = replace(strict, required_completeness=0.9)
    assert judge([strict], rows(2000)).verdict is Verdict.DRIFT


def test_completeness_is_judged_even_where_constraints_are_all_that_is_known() -> None:
    known = compared("age", Kind.FRACTIONAL, None, 0, 500, current_missing=500)
    assert judge([replace(known, required_completeness=0.9)], rows()).verdict is Verdict.DRIFT
    assert judge([replace(known, required_completeness=0.4)], rows()).verdict is Verdict.NO_DRIFT


def test_words_among_numbers_are_a_violation_of_the_type() -> None:
    odd = replace(steady(), kind=Kind.INTEGRAL, current_mismatched=1000)
    assert check_of(judge([odd], rows(2000)), "data_type_check") == {
        "feature_name": "age",
        "constraint_check_type": "data_type_check",
        "description": "Data type match requirement is not met. Expected data type: Integral, "
        "Expected match: 100.0%. Observed: Only 50.0% of data is Integral.",
    }


def test_a_category_that_is_new_is_what_is_told_to_have_moved() -> None:
    new = {"basic": 520, "plus": 260, "pro": 113, "gold": 107}
    told = judge([words(BEFORE, new, unexpected_count=107)], rows())
    (moved,) = [each for each in told.violations if each.test == "jensen_shannon"]
    assert moved.reason.endswith(
        "the share of words that the baseline lacks went from 0.0% to 10.7%"
    )
    values = Categories(BEFORE, {"basic": 300, "plus": 150, "pro": 50}, 100, 500)
    rarer = compared("plan", Kind.STRING, values, 10_100, 1000)
    (moved,) = [each for each in judge([rarer], rows()).violations if each.test == "jensen_shannon"]
    assert moved.reason.endswith("the share of all rarer words went from 1.0% to 50.0%")


def test_an_unknown_category_is_a_violation_and_a_reason_to_train_anew() -> None:
    found = judge([words(BEFORE, {"new": 500, "basic": 500}, unexpected_count=500)], rows())
    entry = check_of(found, "categorical_values_check")
    assert "Expected match: 100.0%. Observed: Only 50.0% of values are known." in str(entry)
    assert found.suggests_retraining


def test_rows_of_another_width_are_a_violation_even_if_none_could_be_compared() -> None:
    troubles = Troubles({Trouble.WRONG_WIDTH: 900}, extra_columns={"column 13": 900})
    empty = compared("age", Kind.FRACTIONAL, None, 5000, 0)
    found = judge([empty], Coverage.of(900, 0, troubles))
    assert found.verdict is Verdict.DRIFT
    assert check_of(found, "extra_column_check") == {
        "feature_name": "Extra columns",
        "constraint_check_type": "extra_column_check",
        "description": "There are extra columns in current dataset. Number of columns in current "
        "dataset: 2, Number of columns in baseline constraints: 1",
    }
    lacking = Coverage(1000, 500, {Trouble.WRONG_WIDTH: 500}, missing_columns={"age": 500})
    found = judge([steady()], lacking)
    assert check_of(found, "missing_column_check")["feature_name"] == "Missing columns"
    assert "50.00% of the rows come without columns of the baseline: `age`" in found.reason


def test_requests_that_cannot_be_read_are_a_fault_and_end_no_episode() -> None:
    lost = Coverage(1000, 900, {Trouble.UNDECODABLE: 80, Trouble.MALFORMED: 20})
    found = judge([steady()], lost)
    assert found.verdict is Verdict.DRIFT
    assert not found.suggests_retraining
    assert found.reason == (
        "1 drifted: Unreadable records: 10.00% of the captured records cannot be read: "
        "80 undecodable, 20 malformed."
    )
    assert check_of(found, "unreadable_check")["feature_name"] == "Unreadable records"
    wide = Settings(thresholds={"unreadable": 0.2})
    assert judge([steady()], lost, wide).calm
    off = Requirements.of({"monitoring_config": {"evaluate_constraints": "Disabled"}})
    assert judge([steady()], lost, Settings(requirements=off)).verdict is Verdict.DRIFT
    few = judge([steady()], Coverage(1003, 1000, {Trouble.MALFORMED: 3}))
    assert (few.verdict, few.calm) == (Verdict.NO_DRIFT, True)
    nearly = judge([steady()], Coverage(255, 252, {Trouble.MALFORMED: 3}))
    assert (nearly.verdict, nearly.calm) == (Verdict.NO_DRIFT, False)


def test_answers_that_cannot_be_read_are_a_fault_and_end_no_episode() -> None:
    lost = Coverage(1000, 1000, {Trouble.OUTPUT_UNDECODABLE: 40, Trouble.NO_OUTPUT: 10})
    found = judge([steady()], lost)
    assert (found.verdict, found.suggests_retraining) == (Verdict.DRIFT, False)
    assert found.reason == (
        "1 drifted: Unreadable answers: 5.00% of the captured answers cannot be read: "
        "40 output undecodable, 10 no output."
    )
    entry = check_of(found, "unreadable_answers_check")
    assert entry["feature_name"] == "Unreadable answers"
    assert entry["description"].startswith("Answers cannot be read. Expected: 100.0%.")
    wide = Settings(thresholds={"unreadable_answers": 0.1})
    assert judge([steady()], lost, wide).calm
    off = Requirements.of({"monitoring_config": {"evaluate_constraints": "Disabled"}})
    assert judge([steady()], lost, Settings(requirements=off)).verdict is Verdict.DRIFT
    few = judge([steady()], Coverage(1000, 1000, {Trouble.OUTPUT_UNDECODABLE: 3}))
    assert (few.verdict, few.calm) == (Verdict.NO_DRIFT, True)


def test_where_no_feature_could_be_judged_a_bad_line_makes_no_difference() -> None:
    empty = compared("age", Kind.FRACTIONAL, None, 500, 0)
    found = judge([empty], Coverage(1001, 1000, {Trouble.MALFORMED: 1}))
    assert found.verdict is Verdict.CANNOT_TELL
    assert found.reason.startswith("No feature could be judged: age: ")


def test_a_few_rows_of_another_width_call_nobody() -> None:
    few = Coverage(1003, 1000, {Trouble.WRONG_WIDTH: 3}, extra_columns={"column 2": 3})
    assert judge([steady()], few).verdict is Verdict.NO_DRIFT


def test_distances_are_written_as_model_monitor_does() -> None:
    found = judge([moved()], rows(), Settings(tests=("mm_robust",)))
    (finding,) = found.violations
    assert violations(found) == {
        "violations": [
            {
                "feature_name": "age",
                "constraint_check_type": "baseline_drift_check",
                "description": f"Baseline drift distance: {finding.distance} exceeds "
                "threshold: 0.1",
            }
        ]
    }
    assert violations(judge([steady()], rows())) == {"violations": []}


# --- settings -----------------------------------------------------------------------------------


def test_the_spec_knows_every_test_and_check() -> None:
    tests = {test.name for test in all_tests()}
    assert set(get_args(TestName)) == tests
    assert set(get_args(Limited)) == tests | set(CHECKS)


def test_defaults_are_the_specs() -> None:
    assert Settings.of(parse_spec("").drift) == Settings()
    spec = parse_spec(
        "drift: {tests: [psi, ks], thresholds: {psi: 0.3}, minimum_rows: 500, examples: true,\n"
        "  significance: 0.01, features: {exclude: ['*_id'], thresholds: {age: 1}}}"
    )
    assert Settings.of(spec.drift) == Settings(
        tests=("psi", "ks"),
        thresholds={"psi": 0.3},
        feature_thresholds={"age": 1},
        exclude=("*_id",),
        minimum_rows=500,
        significance=0.01,
        examples=True,
    )


def test_limits_are_the_features_then_the_tests_then_the_default() -> None:
    drifting = [moved("age", 0.5), moved("spend", 0.5)]
    assert judge(drifting, rows()).features == ("age", "spend")
    wide = Settings(thresholds={"jensen_shannon": 0.9})
    assert judge(drifting, rows(), wide).verdict is Verdict.NO_DRIFT
    mixed = Settings(thresholds={"jensen_shannon": 0.9}, feature_thresholds={"age": 0.1})
    assert judge(drifting, rows(), mixed).features == ("age",)


def test_features_are_chosen_by_pattern() -> None:
    drifting = [moved("row_id"), moved("age"), moved("age_2")]
    assert judge(drifting, rows(), Settings(exclude=("*_id", "age_?"))).features == ("age",)
    assert judge(drifting, rows(), Settings(include=("row_*",))).features == ("row_id",)
    nothing = judge(drifting, rows(), Settings(exclude=("*",)))
    assert nothing.verdict is Verdict.CANNOT_TELL


def test_several_tests_may_be_asked_and_what_none_can_compare_has_the_usual_one() -> None:
    found = judge([steady(), words(BEFORE, SAME)], rows(), Settings(tests=("ks", "wasserstein")))
    named = {(each.feature, each.test) for each in found.findings}
    assert {("age", "ks"), ("age", "wasserstein"), ("plan", "jensen_shannon")} <= named
    assert ("age", "jensen_shannon") not in named


def test_constraints_relax_and_switch_off() -> None:
    odd = replace(steady(), kind=Kind.INTEGRAL, current_mismatched=100)
    assert judge([odd], rows(1100)).verdict is Verdict.DRIFT
    asked = Requirements.of({"monitoring_config": {"datatype_check_threshold": 0.85}})
    assert judge([odd], rows(1100), Settings(requirements=asked)).verdict is Verdict.NO_DRIFT
    off = Requirements.of(
        {
            "monitoring_config": {
                "evaluate_constraints": "Disabled",
                "distribution_constraints": {"perform_comparison": "Disabled"},
            }
        }
    )
    found = judge([odd, moved("spend")], rows(1100), Settings(requirements=off))
    assert found.verdict is Verdict.CANNOT_TELL


def test_constraints_make_exceptions_for_features_and_limit_model_monitors_own_distances() -> None:
    asked = Requirements.of(
        {
            "features": [
                {
                    "name": "age",
                    "monitoringConfigOverrides": {
                        "distribution_constraints": {"comparison_threshold": 0.9}
                    },
                }
            ],
            "monitoring_config": {"distribution_constraints": {"comparison_threshold": 0.2}},
        }
    )
    settings = Settings(tests=("mm_simple",), requirements=asked)
    found = judge([moved("age"), moved("spend")], rows(), settings)
    assert found.features == ("spend",)
    assert {each.threshold for each in found.findings if each.test == "mm_simple"} == {0.9, 0.2}


@pytest.mark.parametrize(
    "content",
    [
        {"features": {}},
        {"features": [{"inferred_type": "Integral"}]},
        {"features": [3]},
        {"monitoring_config": []},
        {"monitoring_config": {"datatype_check_threshold": "1.0"}},
        {"monitoring_config": {"datatype_check_threshold": 12}},
        {"monitoring_config": {"datatype_check_threshold": float("nan")}},
        {"monitoring_config": {"evaluate_constraints": True}},
        {"monitoring_config": {"distribution_constraints": "Simple"}},
    ],
)
def test_other_forms_of_constraints_are_refused(content: dict[str, Any]) -> None:
    with pytest.raises(ConstraintsInvalid, match="constraints.json"):
        Requirements.of(content)


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["features", "name", "monitoring_config", "distribution_constraints"]),
            inner,
        )
    ),
)


@given(st.dictionaries(st.sampled_from(["features", "monitoring_config"]), ANYTHING))
def test_constraints_are_read_or_refused_by_name(content: dict[str, Any]) -> None:
    try:
        Requirements.of(content)
    except ConstraintsInvalid as error:
        assert str(error)


# --- the whole ----------------------------------------------------------------------------------


@given(st.lists(ANY, max_size=6), st.integers(min_value=0, max_value=3000))
def test_every_window_has_a_verdict_that_survives_the_ledger(
    comparisons: list[Comparison], count: int
) -> None:
    named = [replace(each, feature=f"f{n}") for n, each in enumerate(comparisons)]
    found = judge(named, rows(count), Settings(tests=tuple(test.name for test in all_tests())))
    assert found.reason
    assert (found.verdict is Verdict.DRIFT) == bool(found.violations)
    assert DriftVerdict.from_dict(json.loads(json.dumps(found.as_dict()))) == found
    assert json.dumps(violations(found))


@given(st.lists(st.floats(min_value=0, max_value=1), max_size=30))
def test_corrected_p_values_are_never_smaller_and_keep_their_order(values: list[float]) -> None:
    corrected = holm(values)
    assert all(raw <= after <= 1 for raw, after in zip(values, corrected, strict=True))
    pairs = sorted(zip(values, corrected, strict=True))
    assert [after for _, after in pairs] == sorted(after for _, after in pairs)
    if values:
        assert min(corrected) == pytest.approx(min(1, len(values) * min(values)))


def test_holm_agrees_with_the_textbook() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


@pytest.mark.parametrize(
    "make",
    [
        lambda: Binned((1.0, 1.0), (1, 1, 1), (1, 1, 1)),
        lambda: Binned((2.0, 1.0), (1, 1, 1), (1, 1, 1)),
        lambda: Binned((float("nan"),), (1, 1), (1, 1)),
        lambda: Binned((1.0,), (1, 1), (1,)),
        lambda: Binned((1.0,), (1, -1), (1, 1)),
        lambda: words({"a": -1}, {}),
        lambda: Coverage(-1, 0),
        lambda: replace(steady(), current_missing=-1),
    ],
)
def test_counts_that_cannot_be_are_refused(make: Any) -> None:
    with pytest.raises(EvidenceInvalid):
        make()


def test_nothing_here_needs_the_heavy_layer() -> None:
    import subprocess
    import sys

    code = (
        "import sys, slipway.domain.drift.judging, slipway.domain.drift.violations\n"
        "sys.exit(any(m in sys.modules for m in ('numpy', 'polars', 'msgspec', 'pydantic')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_hundred_features_of_a_thousand_bins_are_judged_in_a_moment() -> None:
    import time

    flat = numbers([100] * 1000, [10] * 1000)
    many = [replace(flat, feature=f"f{n}") for n in range(100)]
    began = time.process_time()
    assert judge(many, rows(10_000)).verdict is Verdict.NO_DRIFT
    assert time.process_time() - began < 5


def test_numbers_of_another_type_are_compared_by_their_values_all_the_same() -> None:
    halves = replace(
        steady(), kind=Kind.INTEGRAL, current_present=0, current_mismatched=1000, values=None
    )
    halves = replace(halves, values=moved().values)
    found = judge([halves], rows())
    assert {each.test for each in found.violations} == {"data_type", "jensen_shannon"}


REAL = Path(__file__).parents[4] / "shared" / "data" / "model-monitor"


@pytest.mark.skipif(not REAL.is_dir(), reason="Model Monitor's files lie beside the project only")
@pytest.mark.parametrize(
    "name", ["cardio-2025/constraints.json", "nettraffic-dsoa/constraints.run.json"]
)
def test_real_constraints_are_read(name: str) -> None:
    asked = Requirements.of(json.loads((REAL / name).read_text())).general
    assert (asked.evaluate, asked.compare, asked.matching, asked.distance) == (True, True, 1, 0.1)


@pytest.mark.skipif(not REAL.is_dir(), reason="Model Monitor's files lie beside the project only")
def test_violations_have_the_form_and_words_of_real_ones() -> None:
    real = json.loads((REAL / "nettraffic-dsoa" / "constraint_violations.json").read_text())
    broken = replace(moved(by=3), kind=Kind.INTEGRAL, current_missing=500, current_mismatched=500)
    ours = violations(judge([broken], rows(2000), Settings(tests=("mm_robust",))))
    assert set(ours) == set(real)
    assert shapes(ours) == shapes(real)


def shapes(content: dict[str, Any]) -> set[tuple[str, str]]:
    """Return each check's name with its words, without numbers."""
    return {
        (each["constraint_check_type"], re.sub(r"[\d.]+(e-\d+)?", "N", each["description"]))
        for each in content["violations"]
        if set(each) == {"feature_name", "constraint_check_type", "description"}
    }
