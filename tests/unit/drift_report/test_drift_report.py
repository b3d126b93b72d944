"""The drift report: everything is on one page, nothing runs, nothing is fetched."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from math import inf

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slipway.domain.drift.evidence import Categories, Coverage
from slipway.domain.drift.quality import (
    Joined,
    Limit,
    Measured,
    QualitySettings,
    judge_business,
    judge_quality,
)
from slipway.domain.drift.quality.binary import BinaryTally
from slipway.domain.drift.report import (
    DriftRun,
    PastLook,
    Quality,
    Source,
    draw_report,
)
from slipway.domain.drift.verdict import DriftVerdict, Verdict
from tests.fakes.page import Reader
from tests.unit.drift_report.runs import TOLD, broken, finding, numbers, run, words

EMPTY = replace(
    run(),
    verdict=DriftVerdict(Verdict.CANNOT_TELL, "Nothing was captured."),
    comparisons=(),
    source=Source(Coverage(0, 0), 0),
    history=(),
    began=None,
)


def read(told: DriftRun) -> Reader:
    reader = Reader(draw_report(told))
    assert reader.open == []
    return reader


def test_the_page_tells_verdict_features_and_numbers() -> None:
    said = read(run()).words
    for told in ("churn", "version 7", "Drift", "PSI", "0.3", "serious"):
        assert told in said
    assert "2 of 3 features drifted; age moved most, 3.0 × its limit." in said
    assert "of 3 features compared" in said
    assert "rows from 14 files" in said
    assert "Set aside: wrong width61" in said
    assert "Mean 45 → 61" in said


def test_the_worst_comes_first() -> None:
    found = run(finding("mild", 0.11), finding("wild", 0.9), finding("fair", 0.3))
    said = read(found).words
    table = said[said.index("What drifted") : said.index("When it began")]
    places = [table.index(f"The distance of {name}") for name in ("wild", "fair", "mild")]
    assert places == sorted(places)


def test_each_drifted_feature_is_drawn_before_and_now() -> None:
    reader = read(run(finding("age"), finding("plan", 0.2)))
    assert reader.count("figure", class_="feature bad") == 2
    assert reader.count("path", class_="before") == reader.count("path", class_="now line") == 1
    assert reader.count("rect", class_="before") == reader.count("rect", class_="now") == 3


def test_a_feature_that_two_tests_find_is_drawn_once() -> None:
    reader = read(run(finding("age"), finding("age", 0.2, test="ks")))
    assert reader.count("figure", class_="feature bad") == 1
    assert "1of 1 feature compared" in reader.words


def test_without_drift_the_nearest_are_drawn_and_nothing_is_to_be_trained() -> None:
    said = read(run(finding("age", 0.05), finding("plan", 0.09))).words
    assert "No drift" in said
    assert "these came nearest to their limits" in said
    assert said.index("plan", said.index("Before and now")) < said.rindex("age0.50 ×")
    assert "How to retrain" not in said


def test_it_says_when_it_began_and_shows_the_looks_before() -> None:
    reader = read(run(finding("age")))
    assert "first found on 2 March 2026 at 09:10 UTC" in reader.words
    assert reader.count("rect", class_="over") == 5 + 1
    assert reader.count("rect", class_="under") == 15


def test_the_first_look_of_all_shows_no_course() -> None:
    assert "When it began" not in read(run(history=())).words


def test_it_says_how_to_retrain_and_on_what() -> None:
    said = read(run()).words
    steps = said[said.index("How to retrain") : said.index("What was read")]
    assert "First rule out a broken source of age, plan" in steps
    assert "s3://monitoring/capture/churn/" in steps
    assert "slipway deploy model.tar.gz --endpoint churn" in steps


def test_broken_data_comes_before_training() -> None:
    said = read(run(finding("age"), broken())).words
    assert "Half of the values are missing" in said
    assert "First repair the source of height" in said


def test_where_no_endpoint_is_known_none_is_named() -> None:
    said = read(run(subject="captures", of_endpoint=False)).words
    assert "--endpoint ENDPOINT" in said


def test_nobody_is_asked_to_train_on_broken_data_alone() -> None:
    assert "How to retrain" not in read(run(broken(), finding("age", 0.01))).words


def test_what_could_not_be_compared_is_named_with_the_reason() -> None:
    little = finding("rare", 0.0, test="none", p_value=None, violated=False, reason="only 3 values")
    said = read(run(finding("age"), little)).words
    assert "1 not compared" in said
    assert "Only 3 values" in said


def quality(accuracy: float) -> Quality:
    right = round(1000 * accuracy)
    said = [
        (number % 2 == 0, (number % 2 == 0) == (number < right), None) for number in range(1000)
    ]
    joined = Joined(BinaryTally.of(said), answers=4000, known=1000)
    limits = [Limit("accuracy", 0.9, at_most=False)]
    settings = QualitySettings("binary")
    return Quality(judge_quality(joined, limits, settings, 0.001), joined, limits)


def test_model_quality_is_shown_where_the_truth_is_known() -> None:
    said = read(run(quality=quality(0.95))).words
    assert "The truth has arrived for 1,000 answers, 25.0 % of them." in said
    assert "accuracy0.95 ± 0.006892at least 0.9Holds" in said
    assert "recall0.95 ± " in said


def test_a_model_that_is_worse_is_told_in_the_first_sentence() -> None:
    said = read(run(finding("age", 0.01), broken(), quality=quality(0.8))).words
    assert "1 check of values and columns does not hold; accuracy is beyond its limit." in said
    assert "Worse" in said


def test_business_metrics_are_shown_beside_their_bounds() -> None:
    measured = [Measured("Conversion", 0.012, at_least=0.02), Measured("Refunds", None, None, 0.1)]
    said = read(run(quality=Quality(judge_business(measured), business=measured))).words
    assert "Conversion0.012at least 0.02Worse" in said
    assert "Refunds–at most 0.1–" in said


@pytest.mark.parametrize("shown", [False, True])
def test_what_users_wrote_is_shown_only_if_examples_are_wanted(shown: bool) -> None:
    told = run(finding("plan"), show_examples=shown, examples=["secret,line"])
    page = draw_report(told)
    assert ("Ada Lovelace" in page) is shown
    assert ("secret,line" in page) is shown
    assert "in categories that the baseline does not know 20.0 %" in page.lower()


def test_hundreds_of_features_are_folded() -> None:
    names = [f"feature {number}" for number in range(200)]
    found = [finding(name, 0.2 + number / 1000) for number, name in enumerate(names)]
    told = run(*found, comparisons=[numbers(name) for name in names])
    page = draw_report(told)
    read(told)
    open_part = re.sub(r"<details>.*?</details>", "", page, flags=re.DOTALL)
    assert page.count("<figure") == 200
    assert open_part.count("<figure") == 24
    assert open_part.count("<tr>") == 1 + 15
    assert len(page) < 400_000


def test_nothing_captured_is_a_page_too() -> None:
    said = read(EMPTY).words
    assert "Cannot tell" in said
    assert "Nothing was captured." in said


def test_nothing_runs_and_nothing_is_fetched() -> None:
    page = draw_report(run())
    assert "default-src 'none'" in page
    assert not re.search(r"<script|<link|<img|<iframe|\bsrc=|\bhref=|url\(|@import|\bon\w+=", page)


# A busy machine is no failure.
@settings(deadline=None)
@given(st.text(min_size=1))
def test_whatever_others_wrote_is_shown_as_text(text: str) -> None:
    nasty = f"<script>{text}</script>\"'&"
    categories = Categories({nasty: 3}, {nasty: 5})
    told = run(
        finding(nasty, reason=nasty),
        broken(),
        subject=nasty,
        version=nasty,
        baseline=nasty,
        execution=nasty,
        comparisons=[replace(words(nasty), values=categories)],
        source=Source(Coverage(1, 1, {nasty: 1}), 1, [nasty], 1, nasty, nasty),
        examples=[nasty],
        show_examples=True,
    )
    assert read(told).count("script") == 0


def test_a_look_is_remembered_by_its_furthest_features() -> None:
    found = [finding(f"f{number}", number / 100) for number in range(50)]
    endless = finding("f3", 0.3, threshold=0.0)
    assert endless.ratio == inf
    past = PastLook.of(run(*found, endless, broken()).verdict, TOLD)
    assert PastLook.from_dict(json.loads(json.dumps(past.as_dict()))) == past
    assert len(past.ratios) == 20
    assert list(past.ratios)[:2] == ["input/f3", "input/f49"]
    assert past.ratios["input/f49"] == pytest.approx(4.9)
