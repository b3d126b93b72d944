from __future__ import annotations

import base64
import json
import random
from dataclasses import replace
from math import inf, nan, sqrt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.domain.drift.quality import (
    TALLIES,
    CapturedAnswer,
    Joined,
    Limit,
    Measured,
    QualitySettings,
    captured_answers,
    join,
    judge_business,
    judge_quality,
    lacking,
    limits_of,
    quality_statistics,
    quality_violations,
    read_limits,
    read_truths,
    together,
)
from slipway.domain.drift.quality.answers import rows_of, value_at
from slipway.domain.drift.quality.binary import BinaryTally
from slipway.domain.drift.quality.labels import label_of, number_of
from slipway.domain.drift.quality.limits import SECTIONS
from slipway.domain.drift.quality.metric import ERRORS, Metric
from slipway.domain.drift.quality.moments import Moments
from slipway.domain.drift.quality.multiclass import MulticlassTally
from slipway.domain.drift.quality.regression import RegressionTally
from slipway.domain.drift.quality.scores import area_under, cell_of
from slipway.domain.drift.quality.worth import WorthTally
from slipway.domain.drift.requirements import ConstraintsInvalid
from slipway.domain.drift.verdict import DriftVerdict, Severity, Verdict
from slipway.domain.spec import parse_spec

BINARY = QualitySettings("binary")
DATA = Path(__file__).parents[4] / "shared" / "data" / "captures"


def truth(identity: str, data: Any, encoding: str = "CSV", key: str = "eventId") -> str:
    record = {
        "groundTruthData": {"data": data, "encoding": encoding},
        "eventMetadata": {key: identity},
        "eventVersion": "0",
    }
    return json.dumps(record)


def capture(
    event: str, data: Any, media: str = "text/csv", encoding: str = "CSV", **event_others: str
) -> str:
    output = {"observedContentType": media, "mode": "OUTPUT", "data": data, "encoding": encoding}
    event_data = {"eventId": event, "inferenceTime": "2026-03-02T09:00:00Z", **event_others}
    return json.dumps(
        {
            "captureData": {"endpointOutput": output},
            "eventMetadata": event_data,
            "eventVersion": "0",
        }
    )


def figures(tally: Any) -> dict[str, float]:
    return {metric.name: metric.value for metric in tally.metrics()}


# --- reading ------------------------------------------------------------------------------------


def test_truths_are_read_in_every_encoding_by_either_id() -> None:
    found = read_truths(
        [
            truth("a", "1"),
            truth("b", "0\n1\n"),
            truth("c", json.dumps({"label": "yes"}), "JSON"),
            truth("d", [3.5, 4], "JSON"),
            truth("e", base64.b64encode(b"0.25").decode(), "BASE64"),
            truth("f", '"yes, please",3\r\n "no" \n\n"with ""quotes"" and\na line",'),
            truth("mine", "7", key="inferenceId"),
            "",
        ]
    )
    assert found.values == {
        "a": ("1",),
        "b": ("0", "1"),
        "c": ("yes",),
        "d": (3.5, 4),
        "e": ("0.25",),
        "f": ("yes, please", "no", 'with "quotes" and\na line'),
        "mine": ("7",),
    }
    assert found.troubles == {}


def test_what_is_said_last_about_an_id_counts_and_only_once() -> None:
    found = read_truths([truth("a", "1"), truth("a", "1"), truth("a", "0")])
    assert found.values == {"a": ("0",)}
    assert found.troubles == {"corrected": 1, "repeated": 1}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "malformed"),
        ("[]", "malformed"),
        ("3", "malformed"),
        ('{"eventMetadata": {}, "groundTruthData": null}', "malformed"),
        (truth("", "1"), "no_id"),
        ('{"eventMetadata": {"eventId": 3}, "groundTruthData": {"data": "1"}}', "no_id"),
        (truth("a", ""), "no_value"),
        (truth("a", None, "JSON"), "no_value"),
        (truth("a", {"x": 1, "y": 2}, "JSON"), "no_value"),
        (truth("a", "%%%", "BASE64"), "undecodable"),
        (truth("a", "{", "JSON"), "undecodable"),
        ("[" * 100_000, "malformed"),
    ],
)
def test_a_line_that_says_nothing_is_counted_by_reason(line: str, reason: str) -> None:
    found = read_truths([line, truth("good", "1")])
    assert found.troubles == {reason: 1}
    assert found.values == {"good": ("1",)}


@given(st.lists(st.text() | st.binary(), max_size=5))
def test_no_line_of_anybody_raises(lines: list[str | bytes]) -> None:
    read_truths(lines)
    list(captured_answers(lines))


JSONS = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["captureData", "endpointOutput", "eventMetadata", "eventId", "data", "encoding"]
                + ["groundTruthData", "predictions", "observedContentType"]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=20,
)


@given(JSONS, st.sampled_from(sorted(TALLIES)))
def test_no_json_of_anybody_raises(record: Any, problem: Any) -> None:
    line = json.dumps(record)
    truths = read_truths([line, truth("a", record, "JSON")])
    answers = [*captured_answers([line]), CapturedAnswer("a", "", record)]
    joined = join(answers, truths.values, QualitySettings(problem))
    assert joined.tally.count >= 0
    assert all(metric.value == metric.value for metric in joined.tally.metrics())


def test_answers_are_found_under_the_callers_own_id_without_slipways_calls() -> None:
    lines = [
        capture("a", "0.25\n"),
        capture("b", json.dumps({"predictions": [{"score": 0.9}]}), "application/json", "JSON"),
        capture("c", base64.b64encode(b"0.5").decode(), encoding="BASE64"),
        capture("d", "1", inferenceId="order-7"),
        capture("e", "1", inferenceId="slipway-replay-1"),
        capture("f", "{", "application/json", "JSON"),
        "{}",
    ]
    found = {answer.id: answer.content for answer in captured_answers(lines)}
    assert found == {
        "a": [[0.25]],
        "b": {"predictions": [{"score": 0.9}]},
        "c": [[0.5]],
        "order-7": [[1.0]],
    }


@pytest.mark.parametrize(
    ("content", "count", "rows"),
    [
        ([[0.1], [0.2]], 2, [[0.1], [0.2]]),
        ([0.1, 0.9], 2, [0.1, 0.9]),
        ([0.1, 0.9], 1, [[0.1, 0.9]]),
        ({"predictions": [{"score": 0.1}]}, 1, [{"score": 0.1}]),
        ({"outputs": {"x": 1}}, 1, [{"outputs": {"x": 1}}]),
        ({"score": 0.1}, 1, [{"score": 0.1}]),
        ([0.1, 0.9, 0.3], 2, None),
        (0.4, 1, [0.4]),
    ],
)
def test_rows_are_those_that_were_asked_for(content: Any, count: int, rows: Any) -> None:
    assert rows_of(content, count) == rows


@pytest.mark.parametrize(
    ("row", "place", "value"),
    [
        ([0.1, 0.9], None, 0.1),
        ([0.1, 0.9], "1", 0.9),
        ([0.1], "5", None),
        ({"label": "a", "scores": [0.2, 0.8]}, "scores[1]", 0.8),
        ({"label": "a", "scores": [0.2, 0.8]}, "$.label", "a"),
        ({"label": "a"}, "scores", None),
        ({"scores": [0.2]}, "scores", None),
        ({"deep": {"deeper": [{"x": 3}]}}, None, 3),
        (0.7, "0", 0.7),
        (0.7, "1", None),
    ],
)
def test_a_place_is_a_position_or_a_path(row: Any, place: str | None, value: Any) -> None:
    assert value_at(row, place) == value


def test_labels_that_mean_the_same_are_the_same() -> None:
    assert {label_of(value) for value in ("1", 1, 1.0, " 1.0 ", True, '"1"')} == {"1"}
    assert label_of("churned") == "churned"
    assert [number_of(value) for value in ("nan", "1e999", "x", None, [])] == [None] * 5


# --- joining ------------------------------------------------------------------------------------


def answers(*pairs: tuple[str, Any]) -> list[CapturedAnswer]:
    return [CapturedAnswer(name, "", content) for name, content in pairs]


def test_answers_are_joined_once_and_the_rest_is_counted() -> None:
    captured = answers(("a", [[0.9]]), ("b", [[0.2]]), ("c", [[0.7]]), ("a", [[0.9]]))
    joined = join(captured, {"a": ("1",), "b": ("1",), "z": ("0",)}, BINARY)
    assert (joined.answers, joined.known) == (3, 2)
    assert joined.tally.as_dict() | {"positives": {}} == {
        "hits": 1,
        "false_alarms": 0,
        "rejections": 0,
        "misses": 1,
        "positives": {},
        "negatives": {},
    }


def test_late_truth_replaces_the_tally_of_its_hour() -> None:
    captured = answers(("a", [[0.9]]), ("b", [[0.2]]))
    early = read_truths([truth("a", "1")])
    late = read_truths([truth("a", "1"), truth("b", "0"), truth("a", "1")])
    assert join(captured, early.values, BINARY).tally.count == 1
    assert join(captured, late.values, BINARY).tally.count == 2


def test_several_rows_of_a_request_are_joined_in_order() -> None:
    joined = join(answers(("a", [[0.9], [0.2]])), {"a": ("1", "0")}, BINARY)
    assert figures(joined.tally)["accuracy"] == 1
    uneven = join(answers(("a", [[0.9], [0.2]])), {"a": ("1", "0", "1")}, BINARY)
    assert (uneven.tally.count, uneven.troubles) == (0, {"rows_differ": 1})


def test_predictions_are_found_where_the_settings_say() -> None:
    captured = answers(("a", {"label": "churned", "p": 0.4}), ("b", {"label": "stays", "p": 0.6}))
    truths = {"a": ("churned",), "b": ("churned",)}
    by_label = QualitySettings("binary", prediction="label", positive="churned")
    assert figures(join(captured, truths, by_label).tally)["recall"] == 0.5
    by_score = QualitySettings("binary", probability="p", cutoff=0.3, positive="churned")
    assert figures(join(captured, truths, by_score).tally)["recall"] == 1
    nowhere = QualitySettings("binary", prediction="nothing", positive="churned")
    lost = join(captured, truths, nowhere)
    assert lost.troubles == {"no_prediction": 2}
    assert lacking(lost, replace(nowhere, minimum=2)).startswith("2 of 2 truths cannot be compared")
    assert lacking(lost, replace(nowhere, minimum=3)) == ""


def test_every_problem_has_its_tally() -> None:
    captured = answers(("a", [["x"]]), ("b", [["y"]]))
    several = join(captured, {"a": ("x",), "b": ("z",)}, QualitySettings("multiclass"))
    assert figures(several.tally)["accuracy"] == 0.5
    numbers = answers(("a", [[3.0]]), ("b", [["?"]]), ("c", [[1.0]]))
    truths = {"a": ("5",), "b": ("1",), "c": ("?",)}
    distance = join(numbers, truths, QualitySettings("regression"))
    assert figures(distance.tally)["mae"] == 2
    assert distance.troubles == {"no_number": 1, "no_prediction": 1}
    worth = join(numbers, {"a": ("12.5",), "b": ("0",)}, QualitySettings("value"))
    assert figures(worth.tally) == {"mean_value": 6.25}
    assert join(numbers, {"a": ("?",)}, QualitySettings("value")).troubles == {"no_number": 1}


@pytest.mark.skipif(not DATA.is_dir(), reason="real captures lie beside the project only")
def test_real_captures_merged_with_their_truth_are_read() -> None:
    lines = (DATA / "merged-endpoint-csv.jsonl").read_text().splitlines()
    truths, captured = read_truths(lines), list(captured_answers(lines))
    assert len(captured) == len(lines) > 0
    assert truths.troubles == {}
    joined = join(captured, truths.values, BINARY)
    assert joined.tally.count == len(lines)


# --- figures ------------------------------------------------------------------------------------


def test_binary_figures_are_the_textbooks() -> None:
    found = figures(BinaryTally(hits=8, false_alarms=2, rejections=85, misses=5))
    assert found == pytest.approx(
        {
            "accuracy": 0.93,
            "precision": 0.8,
            "recall": 8 / 13,
            "true_negative_rate": 85 / 87,
            "false_positive_rate": 2 / 87,
            "false_negative_rate": 5 / 13,
            "f1": 16 / 23,
            "f0_5": 1.25 * 8 / (1.25 * 8 + 0.25 * 5 + 2),
            "f2": 5 * 8 / (5 * 8 + 4 * 5 + 2),
        }
    )
    assert BinaryTally().metrics() == ()


def test_what_has_no_denominator_is_left_out() -> None:
    assert "precision" not in figures(BinaryTally(rejections=9, misses=1))
    assert "recall" not in figures(BinaryTally(rejections=9))


def brute_area(pairs: list[tuple[bool, float]]) -> float:
    ours = [score for actual, score in pairs if actual]
    theirs = [score for actual, score in pairs if not actual]
    won = sum((x > y) + 0.5 * (x == y) for x in ours for y in theirs)
    return won / (len(ours) * len(theirs))


@given(
    st.lists(
        st.tuples(st.booleans(), st.floats(min_value=-100, max_value=100) | st.floats(0, 1)),
        min_size=2,
        max_size=60,
    )
)
def test_the_area_is_right_within_the_error_that_it_states(
    pairs: list[tuple[bool, float]],
) -> None:
    tally = BinaryTally.of((score > 0.5, actual, score) for actual, score in pairs)
    area = area_under(tally.positives, tally.negatives)
    if area is None:
        assert len({actual for actual, _ in pairs}) == 1
    else:
        assert abs(area.value - brute_area(pairs)) <= area.error + 1e-9
        assert 0 <= area.value <= 1


def test_of_many_probabilities_the_area_is_nearly_exact() -> None:
    source = random.Random(3)
    pairs = [(n % 3 == 0, source.betavariate(3 if n % 3 == 0 else 2, 3)) for n in range(3000)]
    tally = BinaryTally.of((score > 0.5, actual, score) for actual, score in pairs)
    area = area_under(tally.positives, tally.negatives)
    assert area is not None
    assert area.value == pytest.approx(brute_area(pairs), abs=2e-4)
    assert area.error < 1e-3


@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(allow_nan=False, allow_infinity=False),
)
def test_a_higher_score_never_has_a_lower_cell(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert cell_of(low) <= cell_of(high)
    assert abs(cell_of(low)) <= 3 * 2048


def test_without_any_order_the_areas_deviation_is_mann_and_whitneys() -> None:
    area = area_under({1: 20}, {1: 30})
    assert area is not None
    assert area.value == 0.5
    assert area.deviation == pytest.approx(sqrt((20 + 30 + 1) / (12 * 20 * 30)))


def test_multiclass_figures_are_weighted_as_model_monitor_does() -> None:
    pairs = [("a", "a")] * 5 + [("b", "a")] + [("b", "b")] * 3 + [("c", "b")]
    tally = MulticlassTally.of(pairs)
    precision_a, recall_a = 5 / 5, 5 / 6
    precision_b, recall_b = 3 / 4, 3 / 4
    f1 = [2 * p * r / (p + r) for p, r in ((precision_a, recall_a), (precision_b, recall_b))]
    assert figures(tally) == pytest.approx(
        {
            "accuracy": 0.8,
            "weighted_precision": 0.6 * precision_a + 0.4 * precision_b,
            "weighted_recall": 0.8,
            "weighted_f1": 0.6 * f1[0] + 0.4 * f1[1],
        }
    )
    assert tally.confusion()["b"] == {"a": 0, "b": 3, "c": 1}


def test_of_very_many_labels_accuracy_stays_exact() -> None:
    tally = MulticlassTally.of((f"label-{n}", f"label-{n}") for n in range(30_000))
    assert figures(tally)["accuracy"] == 1
    assert tally.count == 30_000
    assert len(tally.pairs) == 10_000


def test_regression_figures_are_the_textbooks() -> None:
    tally = RegressionTally.of([(2.5, 3.0), (0.0, -0.5), (2.0, 2.0), (8.0, 7.0)])
    # The example of scikit-learn's r2_score and mean_squared_error.
    assert figures(tally) == pytest.approx(
        {"mae": 0.5, "mse": 0.375, "rmse": sqrt(0.375), "r2": 0.9486081370449679}
    )
    assert "r2" not in figures(RegressionTally.of([(1.0, 2.0), (1.0, 2.0)]))
    assert RegressionTally().metrics() == ()


VALUES = st.floats(min_value=-1e6, max_value=1e6)


@given(st.lists(VALUES, max_size=30), st.lists(VALUES, max_size=30))
def test_moments_add_up(one: list[float], other: list[float]) -> None:
    merged, whole = Moments.of(one).merged(Moments.of(other)), Moments.of([*one, *other])
    assert merged.count == whole.count
    assert merged.mean == pytest.approx(whole.mean, rel=1e-9, abs=1e-6)
    assert merged.squares == pytest.approx(whole.squares, rel=1e-6, abs=1e-3)


RECORDS = st.lists(
    st.tuples(st.booleans(), st.booleans(), st.none() | st.floats(0, 1)), max_size=30
)


@given(RECORDS, RECORDS, RECORDS)
def test_tallies_add_up_in_any_order_and_survive_being_written(
    one: list[Any], two: list[Any], three: list[Any]
) -> None:
    parts = [BinaryTally.of(each) for each in (one, two, three)]
    whole = BinaryTally.of([*one, *two, *three])
    forwards = parts[0].merged(parts[1]).merged(parts[2])
    backwards = parts[2].merged(parts[1].merged(parts[0]))
    assert forwards == backwards == whole
    assert BinaryTally.from_dict(json.loads(json.dumps(whole.as_dict()))) == whole


@pytest.mark.parametrize(
    "tally",
    [
        MulticlassTally.of([("a", "b"), ("a", "a")]),
        RegressionTally.of([(1.0, 2.0), (3.0, 3.5)]),
        WorthTally.of([1.0, 2.5]),
    ],
)
def test_other_tallies_survive_being_written(tally: Any) -> None:
    assert type(tally).from_dict(json.loads(json.dumps(tally.as_dict()))) == tally
    assert tally.merged(type(tally)()) == tally


@pytest.mark.parametrize("metric", ["f1", "auc", "rmse", "mae", "r2", "accuracy"])
def test_stated_errors_are_those_of_repeated_samples(metric: str) -> None:
    source = random.Random(11)
    values, stated = [], []
    for _ in range(300):
        if metric in {"f1", "auc", "accuracy"}:
            records = []
            for _ in range(300):
                actual = source.random() < 0.4
                score = min(1.0, max(0.0, source.gauss(0.6 if actual else 0.4, 0.2)))
                records.append((score > 0.5, actual, score))
            tally: Any = BinaryTally.of(records)
        else:
            pairs = []
            for _ in range(300):
                actual = source.gauss(0, 3)
                pairs.append((actual + source.gauss(0, 1), actual))
            tally = RegressionTally.of(pairs)
        (found,) = [each for each in tally.metrics() if each.name == metric]
        values.append(found.value)
        stated.append(found.deviation)
    mean = sum(values) / len(values)
    seen = sqrt(sum((value - mean) ** 2 for value in values) / len(values))
    assert sum(stated) / len(stated) == pytest.approx(seen, rel=0.2)


# --- judging ------------------------------------------------------------------------------------


def tallied(hits: int, wrong: int) -> Joined:
    tally = BinaryTally(hits=hits // 2, rejections=hits - hits // 2, false_alarms=wrong)
    return Joined(tally, hits + wrong, hits + wrong)


def judged(joined: Joined, **limits: float) -> DriftVerdict:
    return judge_quality(joined, limits_of(limits), BINARY, 1e-4)


def test_a_model_that_has_become_worse_is_named_with_its_figure() -> None:
    found = judged(tallied(800, 200), accuracy=0.9)
    assert found.verdict is Verdict.DRIFT
    assert found.reason == "accuracy is 0.8 ± 0.013, it may not be below 0.9."
    assert found.suggests_retraining
    (finding,) = found.violations
    assert (finding.feature, finding.side, finding.test) == ("accuracy", "quality", "quality")
    assert finding.ratio == pytest.approx(2)
    assert quality_violations(found) == {
        "violations": [
            {
                "constraint_check_type": "LessThanThreshold",
                "description": "Metric accuracy with 0.8 +/- "
                f"{sqrt(0.16 / 1000)} was LessThanThreshold '0.9'",
                "metric_name": "accuracy",
            }
        ]
    }


def test_a_figure_on_its_limit_or_below_by_chance_is_no_drift() -> None:
    assert judged(tallied(900, 100), accuracy=0.9).verdict is Verdict.NO_DRIFT
    below = judged(tallied(890, 110), accuracy=0.9)
    assert below.verdict is Verdict.NO_DRIFT
    assert "by chance" in below.findings[0].reason


def test_errors_may_not_rise() -> None:
    found = judged(tallied(800, 200), false_positive_rate=0.1)
    assert found.verdict is Verdict.DRIFT
    assert "may not be above 0.1" in found.reason
    assert judged(tallied(990, 10), false_positive_rate=0.1).verdict is Verdict.NO_DRIFT


def test_the_area_has_the_benefit_of_what_cells_may_have_got_wrong() -> None:
    metric = Metric("auc", 0.80, deviation=0.001, error=0.02)
    assert metric.worse_than(0.81, at_most=False) == 1
    assert metric.worse_than(0.85, at_most=False) < 1e-9


def test_too_few_truths_or_no_limits_tell_nothing() -> None:
    few = judged(tallied(100, 99), accuracy=0.9)
    assert few.verdict is Verdict.CANNOT_TELL
    assert few.reason.startswith("Too few known truths to tell: 199 of 199 answers, at least 200")
    assert judged(tallied(900, 100)).verdict is Verdict.CANNOT_TELL
    assert judged(tallied(900, 100), weighted_f1=0.9).verdict is Verdict.CANNOT_TELL


def test_limits_come_from_model_monitor_and_a_persons_go_first() -> None:
    constraints = {
        "version": 0.0,
        "binary_classification_constraints": {
            "recall": {"threshold": 0.7, "comparison_operator": "LessThanThreshold"},
            "false_positive_rate": {
                "threshold": 0.2,
                "comparison_operator": "GreaterThanThreshold",
            },
        },
    }
    given_ = read_limits(constraints, "binary")
    assert given_ == [
        Limit("recall", 0.7, at_most=False),
        Limit("false_positive_rate", 0.2, at_most=True),
    ]
    assert together(given_, limits_of({"recall": 0.9}))[0].threshold == 0.9
    assert read_limits(constraints, "regression") == []


@pytest.mark.parametrize(
    "asked",
    [
        3,
        {"threshold": "0.7", "comparison_operator": "LessThanThreshold"},
        {"threshold": nan, "comparison_operator": "LessThanThreshold"},
        {"threshold": inf, "comparison_operator": "LessThanThreshold"},
        {"threshold": True, "comparison_operator": "LessThanThreshold"},
        {"threshold": 0.7, "comparison_operator": "<"},
        {"threshold": 0.7},
    ],
)
def test_other_forms_of_limits_are_refused(asked: Any) -> None:
    with pytest.raises(ConstraintsInvalid, match="recall"):
        read_limits({"binary_classification_constraints": {"recall": asked}}, "binary")
    with pytest.raises(ConstraintsInvalid):
        read_limits({"binary_classification_constraints": []}, "binary")


def suggested(tally: Any, problem: Any) -> dict[str, Any]:
    """Return constraints as Model Monitor suggests them: as good as the baseline."""
    operators = ("LessThanThreshold", "GreaterThanThreshold")
    return {
        f"{SECTIONS[problem]}_constraints": {
            metric.name: {
                "threshold": metric.value,
                "comparison_operator": operators[metric.name in ERRORS],
            }
            for metric in tally.metrics()
        }
    }


@pytest.mark.parametrize(
    ("tally", "problem"),
    [
        (BinaryTally(hits=80, rejections=100, misses=10, false_alarms=10), "binary"),
        (MulticlassTally.of([("a", "a")] * 150 + [("a", "b")] * 60), "multiclass"),
        (RegressionTally.of([(n / 10, n / 10 + n % 3) for n in range(250)]), "regression"),
    ],
)
def test_a_model_keeps_the_limits_that_its_own_baseline_suggests(tally: Any, problem: Any) -> None:
    limits = read_limits(suggested(tally, problem), problem)
    assert {limit.metric for limit in limits} == set(figures(tally))
    joined = Joined(tally, tally.count, tally.count)
    found = judge_quality(joined, limits, QualitySettings(problem, minimum=100), 1e-4)
    assert found.verdict is Verdict.NO_DRIFT
    times = {"first": "2026-03-02T09:00:00Z", "last": "2026-03-02T10:00:00Z"}
    statistics = quality_statistics(tally, problem, **times, at="2026-03-02T10:05:00Z")
    section = "multiclass_classification" if problem == "multiclass" else problem
    section = "binary_classification" if problem == "binary" else section
    for name, value in figures(tally).items():
        assert statistics[f"{section}_metrics"][name]["value"] == value
    assert ("confusion_matrix" in statistics[f"{section}_metrics"]) == (problem != "regression")


def test_business_metrics_are_judged_as_they_are() -> None:
    sold = Measured("Shop/Conversion", 0.01, at_least=0.02)
    returned = Measured("Shop/Returns", 0.1, at_most=0.2)
    found = judge_business([sold, returned, Measured("Shop/Silent", None, at_least=1)])
    assert found.verdict is Verdict.DRIFT
    assert found.reason == "Shop/Conversion is 0.01, it may not be below 0.02."
    assert found.severity is Severity.MODERATE
    assert judge_business([returned]).verdict is Verdict.NO_DRIFT
    assert judge_business([]).verdict is Verdict.CANNOT_TELL
    assert judge_business([Measured("x", None, at_least=1)]).verdict is Verdict.CANNOT_TELL


def test_settings_are_the_specs() -> None:
    assert QualitySettings.of(parse_spec("").drift.quality) is None
    spec = parse_spec(
        "drift: {quality: {problem: regression, prediction: '0', wait: 14d, limits: {rmse: 3}}}"
    )
    settings = QualitySettings.of(spec.drift.quality)
    wait = 14 * 24 * 3600
    assert settings == QualitySettings(
        "regression", prediction="0", wait_seconds=wait, limits={"rmse": 3}
    )
