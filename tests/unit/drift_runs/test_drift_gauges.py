"""Which metrics a run shows."""

from __future__ import annotations

from dataclasses import replace

from slipway.domain.drift.evidence import Coverage
from slipway.domain.drift.judging import judge
from slipway.domain.drift.settings import Settings
from slipway.usecases.drift_gauges import gauges_of, names_of
from tests.unit.drift.evidence_made import numbers

SAME, OTHER = (100, 100, 100), (10, 20, 270)


def features(*drifting: str, settings: Settings | None = None) -> set[str]:
    """Return the metrics of features, of five that are asked and one that is answered."""
    settings = settings or Settings()
    asked = [
        replace(numbers(SAME, OTHER if name in drifting else SAME), feature=name)
        for name in ("a", "b", "c", "d", "score")
    ]
    every = [*asked, replace(numbers(SAME, SAME), feature="score", side="output")]
    verdict = judge(every, Coverage(300, 300), settings)
    shown = gauges_of(verdict, {}, names_of(every, settings, 3), settings.tests)
    return {name for name in shown if "_baseline_drift_" in name}


FIRST = {"prediction_baseline_drift_score", "feature_baseline_drift_a", "feature_baseline_drift_b"}


def test_the_same_features_have_metrics_whatever_drifts() -> None:
    assert features() == FIRST
    assert features("c", "d", "score") == FIRST


def test_what_is_not_looked_at_has_none() -> None:
    chosen = Settings(include=("score", "d"))
    assert features("a", settings=chosen) == {
        "prediction_baseline_drift_score",
        "feature_baseline_drift_score",
        "feature_baseline_drift_d",
    }


def test_a_metric_is_always_the_same_tests_distance() -> None:
    moved = replace(numbers(SAME, OTHER), feature="a")
    for first, second in (("ks", "psi"), ("psi", "ks")):
        settings = Settings(tests=(first, second))
        verdict = judge([moved], Coverage(300, 300), settings)
        alone = judge([moved], Coverage(300, 300), Settings(tests=(first,)))
        shown = gauges_of(verdict, {}, names_of([moved], settings, 3), settings.tests)
        (finding,) = [each for each in alone.findings if each.test == first]
        assert shown["feature_baseline_drift_a"] == finding.distance


def test_features_have_metrics_of_their_own_whatever_they_are_called() -> None:
    called = (
        "größe",
        "grüße",
        "名前",
        "年齢",
        "a b",
        "a_b",
        "x" * 240 + "1",
        "x" * 240 + "2",
        "plain",
    )
    every = [replace(numbers(SAME, SAME), feature=name) for name in called]
    names = names_of(every, Settings(), len(every))
    assert len(set(names)) == len(called)
    assert all(name.isascii() and name.isprintable() and len(name) <= 255 for name in names)
    assert {"feature_baseline_drift_plain", "feature_baseline_drift_a_b"} <= set(names)
    verdict = judge(every, Coverage(300, 300), Settings())
    assert set(names) <= set(gauges_of(verdict, {}, names, ("jensen_shannon",)))
