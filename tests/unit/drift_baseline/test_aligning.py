"""Which columns are asked and which answered, and that rows are never laid beside wrong ones."""

from __future__ import annotations

from typing import Any

import pytest

from slipway.domain.drift.baseline import Baseline
from slipway.domain.drift.troubles import Trouble
from tests.unit.drift_baseline.made import (
    asked,
    baseline,
    captured,
    compared,
    csv,
    profiled,
    rows,
    source_of,
    told,
)

FEATURES = ["age", "income", "plan"]
NAMED = [{"age": 30, "income": 2.5, "plan": "free"}] * 20


def names(known: Baseline, content: bytes) -> tuple[list[str], list[str]]:
    schema = known.schema([content])
    return [each.name for each in schema.inputs], [each.name for each in schema.outputs]


def predictions_first() -> Baseline:
    """Return a baseline as Model Monitor makes them of captures: what was answered, then asked."""
    lines = [f"0.{number % 97:02},{line}" for number, line in enumerate(asked(rows(500)))]
    return Baseline.from_csv(source_of(csv(lines, "score,age,income,plan")))


def test_the_label_is_no_input() -> None:
    assert names(baseline(), captured(asked(rows(9)), ["0.5"] * 9)) == (FEATURES, ["prediction"])


def test_classes_are_compared_with_the_label() -> None:
    lines = rows(500, seed=2)
    content = captured(asked(lines), told(lines))
    assert names(baseline(), content) == (FEATURES, ["churned"])
    found = compared(baseline(), content)["output", "churned"]
    assert found.values is not None
    assert found.current_present == 500


def test_probabilities_are_not_compared_with_classes() -> None:
    found = compared(baseline(), captured(asked(rows(9)), ["0.25"] * 9))["output", "prediction"]
    assert found.values is None
    assert found.current_present == 9


def test_a_measured_label_is_nothing_to_compare_predictions_with() -> None:
    known = baseline(label="income")
    lines = [line.split(",") for line in rows(9)]
    requests = [",".join([line[0], *line[2:]]) for line in lines]
    assert names(known, captured(requests, ["7.5"] * 9)) == (
        ["age", "plan", "churned"],
        ["prediction"],
    )


def test_predictions_before_what_they_were_made_of_are_outputs() -> None:
    content = captured(asked(rows(9)), ["0.5"] * 9)
    assert names(predictions_first(), content) == (FEATURES, ["score"])
    assert compared(predictions_first(), content)["output", "score"].values is not None


def test_without_a_label_all_columns_may_be_asked() -> None:
    known = baseline(label=None)
    assert names(known, captured(rows(9), ["0.5"] * 9)) == (
        [*FEATURES, "churned"],
        ["prediction"],
    )


@pytest.mark.parametrize("request_row", ["1", "1,2", "1,2,free,0,5"])
def test_rows_of_another_width_are_refused_and_never_shifted(request_row: str) -> None:
    content = captured([request_row] * 9, ["0.5"] * 9)
    found = profiled(baseline(), content)
    assert [each.name for each in found.schema.inputs] == FEATURES
    assert found.rows == 0
    assert found.troubles.counts[Trouble.WRONG_WIDTH] == 9


@pytest.mark.parametrize(
    "request_body",
    [{"instances": NAMED[:1]}, NAMED[:1], {"inputs": {"plan": ["a"], "age": [1], "income": [2]}}],
)
def test_names_are_matched_in_any_order(request_body: Any) -> None:
    content = captured([request_body] * 9, [{"predictions": [{"score": 0.5, "label": 1}]}] * 9)
    assert names(baseline(), content) == (FEATURES, ["score", "label"])
    assert profiled(baseline(), content).rows == 9


@pytest.mark.parametrize("request_row", ["1,2", "2,free"])
def test_a_row_that_lacks_a_column_is_no_sign_of_predictions(request_row: str) -> None:
    lines = asked(rows(200))
    known = Baseline.from_csv(source_of(csv(lines, "age,income,plan")))
    found = profiled(known, captured([request_row] * 9, ["yes"] * 9))
    assert [each.name for each in found.schema.inputs] == FEATURES
    assert found.rows == 0


def test_named_predictions_first_are_outputs() -> None:
    content = captured([NAMED[:1]] * 9, [[0.5]] * 9)
    assert names(predictions_first(), content) == (FEATURES, ["score"])


def test_a_named_column_that_nobody_sends_is_missing() -> None:
    content = captured([[{"income": 2.5, "plan": "free"}]] * 9, [[0.5]] * 9)
    found = profiled(baseline(), content)
    assert found.troubles.missing_columns == {"age": 9}
    assert found.rows == 9


def test_without_captures_everything_but_the_label_is_asked() -> None:
    assert names(baseline(), b"") == (FEATURES, [])
