from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sandbox.gateway.rates import Rates

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def calls(rates: Rates, seconds: float, count: int = 10) -> int:
    """Return how many of some calls get through at a moment."""
    now = NOW + timedelta(seconds=seconds)
    return sum(not rates.exceeded("sagemaker", "DeleteEndpoint", now) for _ in range(count))


def test_a_bucket_lets_a_burst_through_and_fills_again() -> None:
    rates = Rates()
    rates.limit("sagemaker", "DeleteEndpoint", per_second=2, burst=5, now=NOW)
    assert calls(rates, 0) == 5
    assert calls(rates, 0.4) == 0
    assert calls(rates, 1) == 2
    assert calls(rates, 60) == 5


def test_what_is_not_limited_gets_through() -> None:
    rates = Rates()
    assert calls(rates, 0) == 10
    rates.limit("sagemaker", "DeleteEndpoint", per_second=0, burst=1, now=NOW)
    assert not rates.exceeded("sagemaker", "CreateEndpoint", NOW)
    rates.clear()
    assert calls(rates, 0) == 10


def test_calls_that_belong_together_are_taken_together_or_not_at_all() -> None:
    rates = Rates()
    rates.limit("cloudwatch", "PutMetricAlarm", per_second=1, burst=3, now=NOW)
    assert not rates.exceeded("cloudwatch", "PutMetricAlarm", NOW, 2)
    assert rates.exceeded("cloudwatch", "PutMetricAlarm", NOW, 2)
    assert not rates.exceeded("cloudwatch", "PutMetricAlarm", NOW)
