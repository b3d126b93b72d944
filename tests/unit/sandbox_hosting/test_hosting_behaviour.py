"""Modelled load and chosen behaviours: what users meet and what metrics show."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.events.metrics.store import MetricId
from sandbox.hosting.behaviour import Behaviour, outcomes

SHIFT = [
    {"VariantName": "live", "DesiredWeight": 50.0},
    {"VariantName": "canary", "DesiredWeight": 50.0},
]


def served(aws: Any, variant: Any) -> None:
    aws.model("old")
    aws.model("new")
    aws.serve(
        variant("live", "old", InitialVariantWeight=100),
        variant("canary", "new", InitialVariantWeight=0),
    )
    aws.kernel.advance(60 - aws.kernel.timestamp() % 60)


def total(aws: Any, metric: str, variant: str, stat: str = "Sum") -> list[float]:
    found = aws.account.metrics  # The unit account has no CloudWatch API of its own.
    key = MetricId.of("AWS/SageMaker", metric, {"EndpointName": "churn", "VariantName": variant})
    now = aws.kernel.timestamp()
    first = aws.start
    values = [found.samples(key, at, at + 60) for at in range(int(first), int(now), 60)]
    return [value.statistic(stat) or 0.0 for value in values if value is not None]


def test_rates_and_latencies_are_as_chosen() -> None:
    behaviour = Behaviour(error_rate=0.05, client_error_rate=0.1, latency_ms=20, p99_ms=60)
    met = outcomes(20_000, behaviour, 0.012, Random(1))
    assert sum(each.requests for each in met) == 20_000
    by_status = {
        status: sum(each.requests for each in met if each.status == status)
        for status in (200, 400, 500)
    }
    assert by_status[500] == pytest.approx(1000, rel=0.15)
    assert by_status[400] == pytest.approx(2000, rel=0.15)
    ordered = sorted((each.latency, each.requests) for each in met)
    seen, at = 0, {}
    for latency, count in ordered:
        seen += count
        for share in (0.5, 0.99):
            if seen >= share * 20_000:
                at.setdefault(share, latency)
    assert at[0.5] == pytest.approx(0.020, rel=0.12)
    assert at[0.99] == pytest.approx(0.060, rel=0.35)


@pytest.mark.parametrize("count", [1, 7, 300, 50_000])
@pytest.mark.parametrize("rate", [0.0, 0.001, 0.5, 0.97, 1.0])
def test_no_request_is_lost_or_made_up(count: int, rate: float) -> None:
    met = outcomes(count, Behaviour(error_rate=rate), 0.012, Random(3))
    assert sum(each.requests for each in met) == count
    failed = sum(each.requests for each in met if each.status == 500)
    assert abs(failed - count * rate) <= 5 * max((count * rate * (1 - rate)) ** 0.5, 1e-9)


def test_another_seed_has_other_failures_and_the_same_seed_the_same() -> None:
    behaviour = Behaviour(error_rate=0.1)
    first, again, other = (outcomes(500, behaviour, 0.012, Random(seed)) for seed in (1, 1, 2))
    assert first == again != other


@pytest.mark.parametrize(
    "wrong",
    [
        {"error_rate": 1.2},
        {"error_rate": 0.7, "client_error_rate": 0.7},
        {"p99_ms": 5},
        {"latency_ms": 9, "p99_ms": 5},
    ],
)
def test_impossible_behaviours_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="must|exceed|needs"):
        Behaviour(**wrong)  # type: ignore[arg-type]  # wrong on purpose


def test_users_failures_are_counted_by_variant(aws: Any, variant: Any) -> None:
    served(aws, variant)
    aws.account.hosting.behave("new", Behaviour(error_rate=0.2))
    aws.account.hosting.traffic("churn", 50, 120)
    aws.kernel.advance(121)
    log = aws.account.hosting.traffic_log
    assert (log.total().requests, log.total().failed) == (6000, 0)

    aws.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="churn", DesiredWeightsAndCapacities=SHIFT
    )
    aws.reach("InService")
    log.clear()
    aws.account.hosting.traffic("churn", 50, 120)
    aws.kernel.advance(121)
    counts = log.by_variant("churn")
    assert counts["live"].requests == counts["canary"].requests == 3000
    assert counts["live"].failed == 0
    assert 500 < counts["canary"].failed < 700


def test_a_shift_within_a_minute_takes_effect_within_it(aws: Any, variant: Any) -> None:
    served(aws, variant)
    aws.account.hosting.durations.switches = (20, 20)
    aws.account.hosting.traffic("churn", 60, 60)
    aws.kernel.advance(10)
    aws.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="churn", DesiredWeightsAndCapacities=SHIFT
    )
    aws.kernel.advance(60)
    counts = aws.account.hosting.traffic_log.by_variant("churn")
    # 30 seconds on live alone, 30 seconds shared.
    assert counts["canary"].requests == pytest.approx(900, abs=2)
    assert counts["live"].requests == pytest.approx(2700, abs=2)


def test_metrics_show_what_users_met(aws: Any, variant: Any) -> None:
    served(aws, variant)
    aws.account.hosting.behave("live", Behaviour(error_rate=0.1, latency_ms=30))
    aws.start = aws.kernel.timestamp()
    aws.account.hosting.traffic("churn", 20, 180)
    aws.kernel.advance(400)
    failed = aws.account.hosting.traffic_log.total().failed
    assert sum(total(aws, "Invocations", "live")) == 3600
    assert sum(total(aws, "Invocation5XXErrors", "live")) == failed > 250
    medians = total(aws, "ModelLatency", "live", "p50")
    assert medians == pytest.approx([30_000] * 3, rel=0.15)
    assert len(set(medians)) == 3


def test_wrong_shapes_are_failures_that_no_metric_shows(aws: Any, variant: Any) -> None:
    served(aws, variant)
    aws.account.hosting.behave("old", Behaviour(wrong_shape=True))
    aws.start = aws.kernel.timestamp()
    aws.account.hosting.traffic("churn", 10, 60)
    aws.kernel.advance(200)
    count = aws.account.hosting.traffic_log.total("churn", "live")
    assert (count.requests, count.errors, count.wrong) == (600, 0, 600)
    assert sum(total(aws, "Invocation5XXErrors", "live")) == 0
    assert b"unexpected" in aws.invoke()["Body"].read()


def test_requests_to_an_endpoint_that_is_gone_fail(aws: Any, variant: Any) -> None:
    served(aws, variant)
    aws.account.hosting.traffic("churn", 10, 60)
    aws.kernel.advance(30)
    aws.sagemaker.delete_endpoint(EndpointName="churn")
    aws.kernel.advance(60)
    counts = aws.account.hosting.traffic_log.by_variant("churn")
    assert (counts["live"].failed, counts[None].failed) == (0, 300)


def test_real_invocations_follow_the_choice_and_the_newest_one_counts(
    aws: Any, variant: Any
) -> None:
    served(aws, variant)
    aws.account.hosting.behave("old", Behaviour(error_rate=1.0))
    with pytest.raises(ClientError) as caught:
        aws.invoke()
    assert caught.value.response["OriginalStatusCode"] == 500
    assert aws.invoke(TargetVariant="canary")["Body"].read() == b"1,2"
    aws.account.hosting.behave("ol*", Behaviour(latency_ms=2500))
    began = aws.kernel.timestamp()
    aws.invoke()
    assert 0.5 < aws.kernel.timestamp() - began < 15


def test_a_model_that_is_not_to_load_fails_its_deployment(aws: Any, variant: Any) -> None:
    aws.model("m")
    aws.account.hosting.behave("m", Behaviour(loads=False))
    aws.config("first", variant("live", "m"))
    aws.endpoint("churn", "first")
    aws.reach("Failed")
    assert "ping health check" in aws.describe()["FailureReason"]
