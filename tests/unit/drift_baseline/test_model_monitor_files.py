"""Model Monitor's files: taken over, written in its own format, and as it wrote them itself."""

from __future__ import annotations

import json
from math import isclose, isfinite
from pathlib import Path
from typing import Any

import pytest

from slipway.domain.drift.baseline import Baseline, BaselineUnreadable
from slipway.domain.drift.baseline.model_monitor.sketch import rank_error
from slipway.domain.drift.profiles.numbers import Numbers
from slipway.domain.drift.profiles.words import Words
from slipway.domain.drift.requirements import Requirements
from tests.unit.drift_baseline.made import baseline, csv, rows, source_of

REAL = Path(__file__).parents[4] / "shared" / "data" / "model-monitor"
CARDIO = REAL / "cardio-2025"
needs_real = pytest.mark.skipif(not REAL.is_dir(), reason="Model Monitor's files are not there")


def numerical(statistics: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = [each for each in statistics["features"] if each["name"] == name]
    return dict(found["numerical_statistics"])


def weight(levels: list[list[float]]) -> int:
    return sum(len(level) << number for number, level in enumerate(levels))


def feature(name: str = "age", **more: Any) -> dict[str, Any]:
    """Return a column of five values, in a form of Model Monitor's."""
    statistics = {
        "common": {"num_present": 5, "num_missing": 1},
        "mean": 3.0,
        "sum": 15.0,
        "std_dev": 1.5,
        "min": 1.0,
        "max": 5.0,
        "distribution": {"kll": {"buckets": [], "sketch": {"data": [[1.0], [3.0, 5.0]]}}},
        **more,
    }
    return {"name": name, "inferred_type": "Integral", "numerical_statistics": statistics}


def words_of(**counts: int) -> dict[str, Any]:
    buckets = [{"value": word, "count": count} for word, count in counts.items()]
    statistics = {
        "common": {"num_present": 10, "num_missing": 2},
        "distinct_count": 3.0,
        "distribution": {"categorical": {"buckets": buckets}},
    }
    return {"name": "plan", "inferred_type": "String", "string_statistics": statistics}


def statistics_of(*features: dict[str, Any]) -> dict[str, Any]:
    return {"version": 0.0, "dataset": {"item_count": 6}, "features": list(features)}


def test_a_sketch_becomes_counts_with_the_weights_of_its_levels() -> None:
    known = Baseline.from_model_monitor(statistics_of(feature()))
    column = known.columns["age"]
    assert isinstance(column.feature, Numbers)
    assert column.feature.edges is not None
    assert column.feature.counts is not None
    held = dict(zip(column.feature.edges.tolist(), column.feature.counts.tolist(), strict=False))
    assert {edge: count for edge, count in held.items() if count} == {1.0: 1, 3.0: 2, 5.0: 2}
    assert column.feature.missing == 1
    assert column.feature.moments.deviation == pytest.approx(1.5)
    assert column.error == rank_error(2048)


def test_a_sketch_of_one_level_is_exact() -> None:
    kll = {"sketch": {"data": [[1.0, 2.0]]}}
    known = Baseline.from_model_monitor(statistics_of(feature(distribution={"kll": kll})))
    assert known.columns["age"].error == 0


def test_without_a_sketch_buckets_tell_less() -> None:
    buckets = [
        {"lower_bound": 1.0, "upper_bound": 3.0, "count": 2.0},
        {"lower_bound": 3.0, "upper_bound": 5.0, "count": 3.0},
    ]
    known = Baseline.from_model_monitor(
        statistics_of(feature(distribution={"kll": {"buckets": buckets}}))
    )
    assert known.columns["age"].error == 0.6


def test_a_column_without_a_distribution_still_has_its_numbers() -> None:
    known = Baseline.from_model_monitor(statistics_of(feature(distribution=None)))
    assert known.edges("age") == ()
    assert known.columns["age"].feature.present == 5


def test_words_keep_their_counts_and_their_domain() -> None:
    constraints = {
        "features": [
            {
                "name": "plan",
                "completeness": 0.8,
                "string_constraints": {"domains": ["free", "trial"]},
            }
        ]
    }
    known = Baseline.from_model_monitor(statistics_of(words_of(free=6, paid=4)), constraints)
    column = known.columns["plan"]
    assert isinstance(column.feature, Words)
    assert column.feature.known == {"free": 6, "paid": 4, "trial": 0}
    assert column.domain == {"free", "trial"}
    assert column.completeness == 0.8
    assert Baseline.from_json(known.to_json()).columns["plan"].domain == {"free", "trial"}


def test_a_type_that_the_user_has_widened_counts() -> None:
    constraints = {"features": [{"name": "age", "inferred_type": "Fractional"}]}
    known = Baseline.from_model_monitor(statistics_of(feature()), constraints)
    assert known.columns["age"].kind.value == "Fractional"


def test_constraints_come_back_as_they_were_given() -> None:
    constraints = {"version": 0.0, "features": [{"name": "age"}], "anything": {"else": 1}}
    known = Baseline.from_model_monitor(statistics_of(feature()), constraints)
    assert known.constraints() == constraints
    assert Baseline.from_json(known.to_json()).constraints() == constraints


@pytest.mark.parametrize(
    ("statistics", "constraints", "message"),
    [
        ({}, {}, "statistics.json.*features"),
        ({"features": []}, {}, "names no features"),
        ({"features": [{"name": 3}]}, {}, r"statistics.json.*\$.features\[0\].name"),
        (statistics_of(feature(mean="x")), {}, "mean"),
        (statistics_of(feature()), {"features": 3}, "constraints.json"),
        (
            statistics_of(feature()),
            {"features": [{"name": "age", "completeness": 7}]},
            r"constraints.json.*completeness",
        ),
    ],
)
def test_other_forms_are_refused_with_the_place(
    statistics: Any, constraints: Any, message: str
) -> None:
    with pytest.raises(BaselineUnreadable, match=message):
        Baseline.from_model_monitor(statistics, constraints)


def test_what_is_written_has_every_part_of_model_monitors_own() -> None:
    known = baseline()
    statistics = json.loads(json.dumps(known.statistics(), allow_nan=False))
    assert statistics["dataset"] == {"item_count": 5000}
    age = numerical(statistics, "age")
    buckets = age["distribution"]["kll"]["buckets"]
    assert len(buckets) == 10
    assert sum(each["count"] for each in buckets) == 5000
    assert weight(age["distribution"]["kll"]["sketch"]["data"]) == 5000
    constraints = known.constraints()
    assert constraints["features"][2]["string_constraints"] == {"domains": ["free", "paid"]}
    assert constraints["features"][1]["num_constraints"] == {"is_non_negative": True}
    assert Requirements.of(constraints) == Requirements()


def test_buckets_are_counted_exactly() -> None:
    values = [int(line.split(",")[0]) for line in rows(5000)]
    age = numerical(baseline().statistics(), "age")
    for place, bucket in enumerate(age["distribution"]["kll"]["buckets"]):
        low, high = bucket["lower_bound"], bucket["upper_bound"]
        last = place == 9
        assert bucket["count"] == sum(
            low <= each < high or (last and each >= low) for each in values
        )


def test_what_is_written_can_be_taken_over_again() -> None:
    known = baseline()
    again = Baseline.from_model_monitor(known.statistics(), known.constraints())
    for name in ("age", "income"):
        one, other = numerical(known.statistics(), name), numerical(again.statistics(), name)
        assert one["distribution"]["kll"]["buckets"] == other["distribution"]["kll"]["buckets"]
        assert (one["mean"], one["min"], one["max"]) == (other["mean"], other["min"], other["max"])


@needs_real
def test_the_real_baseline_is_reproduced_from_its_csv() -> None:
    real = json.loads((CARDIO / "statistics.json").read_text())
    content = (CARDIO / "cardio_cleaned.csv").read_bytes()
    ours = Baseline.from_csv(source_of(content)).statistics()
    theirs = {each["name"]: each for each in real["features"]}
    common = [each for each in ours["features"] if each["name"] in theirs]
    assert len(common) == 12
    for each in common:
        assert each["inferred_type"] == theirs[each["name"]]["inferred_type"]
        _same(each["numerical_statistics"], theirs[each["name"]]["numerical_statistics"])


def _same(ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    assert ours["common"] == theirs["common"]
    assert (ours["min"], ours["max"]) == (theirs["min"], theirs["max"])
    assert ours["completeness"] == theirs["completeness"]
    for name in ("mean", "sum", "std_dev"):
        assert isclose(ours[name], theirs[name], rel_tol=1e-12), name
    distinct = "approximate_num_distinct_values"
    assert ours[distinct] == pytest.approx(theirs[distinct], rel=0.1, abs=1)
    mine, other = ours["distribution"]["kll"], theirs["distribution"]["kll"]
    assert mine["sketch"]["parameters"] == other["sketch"]["parameters"]
    assert weight(mine["sketch"]["data"]) == weight(other["sketch"]["data"])
    # Both ends of a bucket may be off in theirs; ours is counted.
    bound = 2 * rank_error(2048) * ours["common"]["num_present"]
    for one, two in zip(mine["buckets"], other["buckets"], strict=True):
        assert (one["lower_bound"], one["upper_bound"]) == (two["lower_bound"], two["upper_bound"])
        assert abs(one["count"] - two["count"]) <= bound


@needs_real
@pytest.mark.parametrize(
    ("statistics", "constraints", "rows_told", "columns"),
    [
        ("cardio-2025/statistics.json", "cardio-2025/constraints.json", 68385, 24),
        (
            "nettraffic-dsoa/statistics.run.first27.json",
            "nettraffic-dsoa/constraints.run.json",
            1009,
            27,
        ),
    ],
)
def test_real_files_load_and_are_written_again(
    statistics: str, constraints: str, rows_told: int, columns: int
) -> None:
    told = json.loads((REAL / statistics).read_text())
    asked = json.loads((REAL / constraints).read_text())
    known = Baseline.from_model_monitor(told, asked)
    assert (known.rows, len(known.columns)) == (rows_told, columns)
    assert known.constraints() == asked
    for ours, theirs in zip(known.statistics()["features"], told["features"], strict=True):
        if "string_statistics" in theirs:
            wanted = theirs["string_statistics"]["distribution"]["categorical"]["buckets"]
            found = ours["string_statistics"]["distribution"]["categorical"]["buckets"]
            assert {one["value"]: one["count"] for one in found} == {
                one["value"]: one["count"] for one in wanted
            }
            continue
        mine, other = ours["numerical_statistics"], theirs["numerical_statistics"]
        assert mine["std_dev"] == pytest.approx(other["std_dev"])
        assert all(isfinite(edge) for edge in known.edges(ours["name"]))
        buckets = [each["distribution"]["kll"]["buckets"] for each in (mine, other)]
        present = theirs["numerical_statistics"]["common"]["num_present"]
        assert sum(each["count"] for each in buckets[0]) == present
        # Values between two of the sketch's thousand quantiles count for the upper one. Theirs
        # lose the greatest ones where the last bound was rounded down.
        lost = present - sum(each["count"] for each in buckets[1])
        for one, two in zip(*buckets, strict=True):
            assert abs(one["count"] - two["count"]) <= 0.002 * rows_told + lost


def test_a_baseline_of_csv_can_be_asked_for_more() -> None:
    text = csv(rows(200))
    known = Baseline.from_csv(source_of(text)).asking(
        {"features": [{"name": "plan", "string_constraints": {"domains": ["gold"]}}]}
    )
    assert known.columns["plan"].domain == {"gold"}
    assert "gold" in known.bins.categories["input", "plan"]
