from __future__ import annotations

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slipway.domain.drift.episode import Episode, News, Turn, Window, next_turn
from slipway.domain.drift.telling import (
    MOST_FEATURES,
    drift_detail,
    over_detail,
    suggestion,
    summary,
)
from slipway.domain.drift.verdict import DriftVerdict, Finding, Severity, Verdict, severity_of


def found(feature: str = "age", distance: float = 0.15, **others: Any) -> Finding:
    violated = distance > 0.1
    given_ = {
        "feature": feature,
        "side": "input",
        "test": "jensen_shannon",
        "distance": distance,
        "threshold": 0.1,
        "p_value": 1e-9,
        "severity": severity_of(distance, 0.1) if violated else Severity.NONE,
        "violated": violated,
        "near": distance > 0.08,
        "reason": "it moved",
    }
    return Finding(**(given_ | others))


def drift(*findings: Finding) -> DriftVerdict:
    return DriftVerdict(Verdict.DRIFT, "1 drifted: age.", findings or (found(),), 1000, 1000)


CALM = DriftVerdict(Verdict.NO_DRIFT, "None.", (found(distance=0.02),), 1000, 1000)
NEAR = DriftVerdict(Verdict.NO_DRIFT, "None.", (found(distance=0.09),), 1000, 1000)
UNKNOWN = DriftVerdict(Verdict.CANNOT_TELL, "Too few rows.")


SECOND = timedelta(seconds=1)
BEGIN = datetime(2026, 3, 2, tzinfo=UTC)


def played(*verdicts: DriftVerdict, hours: int = 1) -> list[Turn]:
    """Return what becomes of verdicts that are given every so many hours."""
    turns: list[Turn] = []
    previous: Episode | None = None
    for number, verdict in enumerate(verdicts):
        first, looked = (BEGIN + timedelta(hours=hours * n) for n in (number, number + 1))
        window = Window(*(f"{each:%FT%TZ}" for each in (first, looked - SECOND, looked)))
        turns.append(next_turn(previous, verdict, window, f"e{number}"))
        previous = turns[-1].episode
    return turns


def news(*verdicts: DriftVerdict, hours: int = 1) -> list[str]:
    return [str(turn.news) for turn in played(*verdicts, hours=hours)]


def test_drift_that_lasts_is_told_once() -> None:
    assert news(CALM, *[drift()] * 20) == ["nothing", "began", *["nothing"] * 19]


def test_it_is_over_after_a_calm_day() -> None:
    told = news(drift(), *[CALM] * 25)
    assert told == ["began", *["nothing"] * 23, "over", "nothing"]


def test_who_looks_seldom_has_to_look_more_than_once() -> None:
    told = news(drift(), *[CALM] * 4, hours=24)
    assert told == ["began", "nothing", "nothing", "over", "nothing"]


def test_what_comes_each_evening_is_one_episode() -> None:
    day = [*[CALM] * 18, *[drift()] * 6]
    assert [each for each in news(*day * 5, *[CALM] * 24) if each != "nothing"] == ["began", "over"]


def test_hovering_around_the_limit_is_one_episode() -> None:
    hovering = [drift() if hour % 2 == 0 else NEAR for hour in range(24)]
    assert news(*hovering) == ["began", *["nothing"] * 23]
    flapping = [drift() if hour % 3 == 0 else CALM for hour in range(24)]
    assert news(*flapping) == ["began", *["nothing"] * 23]


def test_a_window_near_the_limit_begins_the_count_anew() -> None:
    assert news(drift(), *[CALM] * 20, NEAR, *[CALM] * 24)[-1] == "over"
    assert "over" not in news(drift(), *[CALM] * 20, NEAR, *[CALM] * 23)


def test_what_cannot_be_told_neither_ends_an_episode_nor_keeps_it() -> None:
    assert "over" not in news(drift(), *[UNKNOWN] * 50)
    assert news(drift(), CALM, *[UNKNOWN] * 22, CALM, CALM)[-1] == "over"
    assert "over" not in news(drift(), CALM, *[UNKNOWN] * 23, CALM)
    assert news(UNKNOWN, UNKNOWN) == ["nothing", "nothing"]


def test_worse_is_twice_as_severe_twice_as_many_or_the_predictions_too() -> None:
    severe = drift(found(distance=0.25))
    assert news(drift(), severe, severe, drift(), severe) == [
        "began",
        "worsened",
        *["nothing"] * 3,
    ]
    two = drift(found("age"), found("plan"))
    three = drift(found("age"), found("plan"), found("city"))
    assert news(drift(), two, three, two) == ["began", "worsened", "nothing", "nothing"]
    answers = drift(found(), found("score", side="output"))
    assert news(drift(), drift(found("score", side="output")), answers) == [
        "began",
        "worsened",
        "worsened",
    ]


def test_what_hovers_between_two_severities_is_told_once() -> None:
    below, above = drift(found(distance=0.19)), drift(found(distance=0.21))
    assert [str(each.severity) for each in (below, above)] == ["moderate", "serious"]
    assert news(below, above, below, above) == ["began", *["nothing"] * 3]
    assert news(below, above, drift(found(distance=0.3)))[-1] == "worsened"


def test_another_feature_instead_of_the_first_is_the_same_episode() -> None:
    turns = played(drift(found("age")), drift(found("plan")))
    assert turns[1].news is News.NOTHING
    assert turns[1].episode is not None
    assert turns[1].episode.features == ("age", "plan")


def test_retraining_is_suggested_with_the_first_news_and_when_it_worsens() -> None:
    worse = drift(found(distance=0.25))
    assert [turn.suggests_retraining for turn in played(drift(), drift(), worse, CALM)] == [
        True,
        False,
        True,
        False,
    ]


def test_broken_data_is_no_reason_to_retrain() -> None:
    (turn,) = played(drift(found(test="completeness")))
    assert turn.news is News.BEGAN
    assert not turn.suggests_retraining


def test_a_look_that_is_repeated_begins_no_other_episode() -> None:
    first, again = played(drift())[0], played(drift())[0]
    assert first == again


def test_an_episode_knows_since_when_and_survives_the_ledger() -> None:
    episode = played(CALM, drift(), drift(found("plan")), CALM)[-1].episode
    assert episode is not None
    assert (episode.id, episode.began, episode.last) == (
        "e1",
        "2026-03-02T01:00:00Z",
        "2026-03-02T02:59:59Z",
    )
    assert (episode.windows, episode.calm) == (2, 1)
    assert episode.restless == "2026-03-02T03:00:00Z"
    assert Episode.from_dict(json.loads(json.dumps(episode.as_dict()))) == episode


def test_what_is_told_says_what_happened() -> None:
    turns = played(drift(), drift(found(distance=0.25)), *[CALM] * 24)
    assert summary(turns[0], drift()) == "1 drifted: age."
    assert summary(turns[1], drift()) == (
        "The drift since 2026-03-02T00:00:00Z has worsened: 1 drifted: age."
    )
    assert summary(turns[2], CALM) == ""
    assert summary(turns[-1], CALM) == (
        "The drift of age since 2026-03-02T00:00:00Z is over: nothing was near its limit in 24 "
        "looks in a row."
    )
    assert turns[-1].about is not None
    assert over_detail(turns[-1].about)["features"] == ["age"]


def test_a_suggestion_holds_what_a_pipeline_needs_and_fits_an_event() -> None:
    many = drift(*(found(f"f{n:04}", reason="x" * 200) for n in range(2000)))
    (turn,) = played(many)
    assert turn.about is not None
    detail = suggestion(turn.about, many, {"captured": "s3://bucket/capture/e/v/"})
    assert detail["window"] == {"from": "2026-03-02T00:00:00Z", "to": "2026-03-02T00:59:59Z"}
    assert detail["data"] == {"captured": "s3://bucket/capture/e/v/"}
    assert detail["severity"] == "moderate"
    assert (len(detail["features"]), detail["drifted_features"]) == (MOST_FEATURES, 2000)
    assert detail["features"][0]["name"] == "f0000"
    assert len(json.dumps(detail)) < 50_000
    assert len(json.dumps(turn.about.as_dict())) < 10_000


def test_each_feature_is_told_once_by_its_worst_test() -> None:
    verdict = drift(found(distance=0.4), found(test="ks", distance=0.2), found("plan"))
    (turn,) = played(verdict)
    assert turn.about is not None
    told = drift_detail(turn.about, verdict)["features"]
    assert [(each["name"], each["test"]) for each in told] == [
        ("age", "jensen_shannon"),
        ("plan", "jensen_shannon"),
    ]


VERDICTS = st.sampled_from(
    [
        CALM,
        NEAR,
        UNKNOWN,
        drift(),
        drift(found(distance=0.3)),
        drift(found(distance=0.9), found("plan"), found("score", side="output")),
    ]
)


@given(st.lists(VERDICTS, max_size=60))
def test_news_always_come_in_order(verdicts: list[DriftVerdict]) -> None:
    told = [name for name in news(*verdicts, hours=9) if name != "nothing"]
    assert all(name == "began" for name in told[:1])
    for before, after in zip(told, told[1:], strict=False):
        assert (after == "began") == (before == "over")
    episodes = " ".join(told).split("over")
    # Three levels, the number of features, and two sides more than the first.
    assert all(episode.count("worsened") <= 6 for episode in episodes)


@pytest.mark.parametrize("seed", range(20))
def test_noise_around_the_limit_hardly_ever_flaps(seed: int) -> None:
    source = random.Random(seed)
    verdicts = []
    for _ in range(24 * 14):
        distance = source.gauss(0.1, 0.01)
        finding = found(distance=distance)
        verdict = drift(finding) if finding.violated else replace(CALM, findings=(finding,))
        verdicts.append(verdict)
    assert news(*verdicts).count("began") <= 1
