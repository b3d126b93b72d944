"""How good the model turned out to be: truths late, twice, corrected and too early; business."""

from __future__ import annotations

import json
from typing import Any

import pytest

from slipway.domain.drift.known_quality import KnownQuality
from slipway.errors import BaselineRefused
from tests.fakes.make import drop
from tests.unit.drift_runs.captures import line
from tests.unit.drift_runs.watching import Watching

DETECTED, SUGGESTED, OVER = "Model Drift Detected", "Retraining Suggested", "Model Drift Over"
BINARY = {"problem": "binary", "limits": {"accuracy": 0.9}}


class Judged(Watching):
    """An endpoint whose answers are yes (0.9) and no (0.1), and whose truth arrives."""

    def __init__(self, **quality: Any) -> None:
        super().__init__(label="label", quality={**BINARY, **quality})
        self.baseline()

    def ask(self, count: int = 300, name: str = "") -> list[str]:
        """Capture requests that are answered yes; return their ids."""
        ids = [f"{name or self._files}-{n}" for n in range(count)]
        numbers = [self.numbers.gauss(0, 1) for _ in range(2 * count)]
        told = [
            line(f"{numbers[2 * n]:.4f},{numbers[2 * n + 1]:.4f}", "0.9", event=each)
            for n, each in enumerate(ids)
        ]
        self.capture(b"\n".join(told))
        return ids

    def truth(self, values: dict[str, str], name: str = "") -> None:
        """Let the user say what was true."""
        told = [
            json.dumps(
                {
                    "groundTruthData": {"data": value, "encoding": "CSV"},
                    "eventMetadata": {"eventId": each},
                    "eventVersion": "0",
                }
            )
            for each, value in values.items()
        ]
        hour = f"{self.clock.now():%Y/%m/%d/%H}"
        key = f"groundtruth/churn/{hour}/{name or len(self.bucket.objects)}.jsonl"
        self.bucket.place(key, "\n".join(told).encode(), self.clock.now())

    @property
    def last(self) -> str:
        """The last run."""
        return str(self.record.history[-1]["run"])

    @property
    def report(self) -> str:
        """The key of the last run's page."""
        return str(self.record.history[-1]["report"]).removeprefix("s3://monitoring/")

    @property
    def known(self) -> KnownQuality:
        """What the last run knew."""
        return KnownQuality.from_bytes(
            self.bucket.objects[f"drift/churn/{self.last}/quality.json"].content
        )

    def figure(self, name: str) -> float:
        assert self.known.joined
        return next(each.value for each in self.known.joined.tally.metrics() if each.name == name)


def right(ids: list[str], wrong: int = 0) -> dict[str, str]:
    """Return truths; so many of them are not what was answered."""
    return {each: "0" if n < wrong else "1" for n, each in enumerate(ids)}


def test_truth_that_comes_days_late_is_joined_and_shown() -> None:
    judged = Judged()
    ids = judged.ask()
    for _ in range(50):
        judged.run()
    judged.truth(right(ids, wrong=6))
    judged.run()
    joined = judged.known.joined
    assert joined
    assert (joined.answers, joined.known, joined.tally.count) == (300, 300, 300)
    assert judged.figure("accuracy") == pytest.approx(0.98)
    shown = judged.gauges.shown[-1][0]
    assert shown["accuracy"] == pytest.approx(0.98)
    assert shown["known_truths"] == 300
    assert judged.announcer.kinds == []
    uri = judged.report
    page = judged.bucket.objects[uri].content.decode()
    assert "Model quality" in page
    folder = uri.rpartition("/")[0]
    told = json.loads(judged.bucket.objects[f"{folder}/model_quality_statistics.json"].content)
    figures = told["binary_classification_metrics"]
    assert figures["accuracy"]["value"] == pytest.approx(0.98)


def test_a_model_that_is_not_good_enough_is_one_episode() -> None:
    judged = Judged()
    bad = judged.ask(name="bad")
    judged.run()
    judged.truth(right(bad, wrong=90))
    judged.run()
    assert judged.announcer.kinds == [DETECTED, SUGGESTED]
    detected, suggested = judged.announcer.news
    assert "accuracy is 0.7" in detected.reason
    assert detected.facts["features"][0]["side"] == "quality"
    assert suggested.facts["data"]["ground_truth"] == "s3://monitoring/groundtruth/churn/"
    # Until more is known it is as bad as it was.
    for _ in range(6):
        judged.ask()
        judged.run()
    assert judged.announcer.kinds == [DETECTED, SUGGESTED]
    good = judged.ask(name="good")
    judged.run()
    judged.truth(right(good, wrong=3))
    for _ in range(4):
        judged.clock.advance(hours=11)
        judged.ask()
        judged.run()
    assert judged.announcer.kinds == [DETECTED, SUGGESTED, OVER]


def test_a_truth_counts_once_and_the_last_one_about_a_request_counts() -> None:
    judged = Judged(minimum=100)
    ids = judged.ask(100)
    judged.run()
    judged.truth(right(ids, wrong=50))
    judged.run()
    assert judged.figure("accuracy") == pytest.approx(0.5)
    judged.truth(right(ids, wrong=50), name="again")
    judged.run()
    assert judged.known.joined
    assert judged.known.joined.tally.count == 100
    judged.truth(right(ids[:50]), name="corrected")
    judged.run()
    assert judged.figure("accuracy") == pytest.approx(1.0)


def test_few_truths_are_judged_together_with_later_ones() -> None:
    judged = Judged()
    first = judged.ask(150, name="first")
    judged.run()
    second = judged.ask(150, name="second")
    judged.run()
    judged.truth(right(first, wrong=60))
    judged.run()
    assert judged.known.figures.reason.startswith("Too few known truths to tell: 150")
    assert judged.announcer.kinds == []
    judged.truth(right(second, wrong=60))
    judged.run()
    assert judged.known.joined
    assert judged.known.joined.tally.count == 300
    assert judged.announcer.kinds == [DETECTED, SUGGESTED]


def test_a_truth_may_be_known_before_its_answer_is_captured() -> None:
    judged = Judged(minimum=100)
    judged.truth(right([f"early-{n}" for n in range(100)]))
    judged.run()
    assert judged.record.truths
    assert judged.record.truths["waiting"]
    judged.ask(100, name="early")
    judged.run()
    assert judged.figure("accuracy") == pytest.approx(1.0)
    assert not judged.record.truths["waiting"]


def test_a_truth_about_nothing_is_not_waited_for_for_ever() -> None:
    judged = Judged()
    judged.truth({"nobody": "1"})
    for _ in range(26):
        judged.run()
    assert judged.record.truths
    assert not judged.record.truths["waiting"]


def test_limits_come_from_model_monitors_constraints_too() -> None:
    judged = Judged(limits={})
    asked = {"threshold": 0.95, "comparison_operator": "LessThanThreshold"}
    told = {"binary_classification_constraints": {"accuracy": asked}}
    judged.beside.place("models/churn/1/constraints.json", json.dumps(told).encode())
    ids = judged.ask()
    judged.run()
    judged.truth(right(ids, wrong=90))
    judged.run()
    assert judged.announcer.kinds == [DETECTED, SUGGESTED]
    # What it is for its baseline is of no matter here.
    del judged.beside.files["models/churn/1/baseline.csv"]
    judged.beside.place("models/churn/1/constraints.json", b"[]")
    judged.truth(right(ids, wrong=3), name="corrected")
    judged.clock.advance(hours=1)
    ref = judged.begin("other")
    assert ref
    with pytest.raises(BaselineRefused, match=r"constraints\.json of version 1"):
        judged.quality(ref)


def test_business_metrics_have_limits_of_their_own() -> None:
    metric = {"namespace": "Shop", "metric": "Conversion", "at_least": 0.02}
    watching = Watching(label="label", quality={"business": [metric]})
    watching.baseline()
    watching.numbers_of_users.values["Conversion"] = 0.03
    watching.traffic()
    assert watching.run()["verdict"] == "no-drift"
    watching.numbers_of_users.values["Conversion"] = 0.004
    assert watching.run()["verdict"] == "drift"
    assert watching.announcer.kinds == [DETECTED, SUGGESTED]
    assert "Conversion is 0.004" in watching.announcer.news[0].reason
    namespace, name, statistic, since, until = watching.numbers_of_users.asked[-1]
    assert (namespace, name, statistic) == ("Shop", "Conversion", "Average")
    assert since < until


def test_where_nobody_asks_for_quality_no_answers_are_kept() -> None:
    watching = Watching(label="label")
    watching.baseline()
    watching.traffic()
    watching.run()
    assert not [key for key in watching.bucket.objects if "/answers/" in key]


def test_a_run_that_is_begun_anew_keeps_each_answer_once_and_loses_no_truth() -> None:
    judged = Judged(minimum=100)
    ids = judged.ask(100)
    judged.truth(right(ids))
    judged.clock.advance(hours=1)
    first = judged.begin("one")
    assert first
    judged.found(first)
    judged.executions.running.clear()
    judged.run("two")
    assert judged.known.joined
    assert (judged.known.joined.answers, judged.known.joined.known) == (100, 100)


def test_another_model_is_judged_by_its_own_answers() -> None:
    judged = Judged(minimum=100)
    judged.truth(right(judged.ask(100), wrong=60))
    judged.run()
    assert judged.record.episode
    judged.serve(drop("2"))
    judged.run()
    after = judged.record
    assert after.episode is None
    assert after.version == "2"
    assert judged.known.figures.findings == ()
