"""Why an alarm rings, as people read it."""

from __future__ import annotations

import pytest

from slipway.domain.alarm_words import alarm_in_words

BEYOND = "(minimum 2 datapoints for OK -> ALARM transition)."
AT = "(23/11/26 01:39:00)"


@pytest.mark.parametrize(
    ("what", "reason", "words"),
    [
        (
            "model-errors",
            f"Threshold Crossed: 2 out of the last 3 datapoints [0.06875 {AT}, 0.048 {AT}] "
            f"were greater than the threshold (0.02) {BEYOND}",
            "model errors were 6.88 % and 4.8 % in 2 of the last 3 minutes, above 2 %",
        ),
        (
            "server-errors",
            f"Threshold Crossed: 1 out of the last 1 datapoints [1.0 {AT}] was greater than the "
            "threshold (0.02) (minimum 1 datapoint for OK -> ALARM transition).",
            "server errors (HTTP 5xx) were 100 % in the last minute, above 2 %",
        ),
        (
            "latency",
            f"Threshold Crossed: 3 out of the last 5 datapoints [1234567.8 {AT}, 2.5E7 {AT}, "
            f"1500000.0 {AT}] were greater than the threshold (1000000.0) {BEYOND}",
            "the slowest request in a hundred took 1,234.57 ms, 25,000 ms and 1,500 ms in 3 of "
            "the last 5 minutes, above 1,000 ms",
        ),
        (
            "cpu",
            f"Threshold Crossed: 5 datapoints were greater than the threshold (180.0) {BEYOND}",
            "the load of the CPUs, cores added up, was more than 180 % in the last 5 minutes",
        ),
    ],
)
def test_numbers_are_told_with_their_unit(what: str, reason: str, words: str) -> None:
    name = f"slipway-churn/2-a1/{what}"
    assert alarm_in_words(name, reason) == f"Alarm {name}: {words}"


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("latency", "Set by hand"),
        ("gate", f"Threshold Crossed: 1 datapoint [1.0 {AT}] was greater than the threshold (0.5)"),
        ("disk", "Threshold Crossed: no datapoints were received for 3 periods"),
    ],
)
def test_other_words_stay_as_they_are(what: str, reason: str) -> None:
    assert alarm_in_words(f"slipway-churn/2-a1/{what}", reason).endswith(reason)
