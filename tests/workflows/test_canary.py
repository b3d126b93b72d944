"""A new version beside the one that serves: promoted step by step, or gone before it hurts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from sandbox.gateway import Fault
from sandbox.hosting.behaviour import Behaviour
from tests.stage.archives import scripted
from tests.stage.serving import Serving, assert_rolled_back, parts

if TYPE_CHECKING:
    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

BROKEN = "def model_fn(f): return 1\ndef transform_fn(*_): raise ValueError('no such column')\n"
WRONG_SHAPE = """
def model_fn(folder):
    return None

def transform_fn(model, body, content_type, accept):
    return "{}", "application/json"
"""
STEPS = [5, 25, 50, 100]


@pytest.fixture
def serving(stage: Stage, endpoint: Endpoint) -> Serving:
    return Serving(stage, endpoint)


def test_a_good_version_is_promoted_step_by_step(stage: Stage, serving: Serving) -> None:
    serving.serve()
    record = serving.endpoint.release("2", scripted("two"))
    assert record.outcome == "succeeded", record.reason
    assert serving.steps_of_users() == STEPS
    assert serving.shares() == {"1": 0.0, "2": 100.0}
    assert serving.failed() == 0
    assert (serving.endpoint.live(), serving.endpoint.ask("me")) == ("2", "two to me")
    assert stage.sandbox.account.workflows.transitions(serving.execution) <= 60
    (target,) = serving.endpoint.targets()
    assert target["ResourceId"].endswith(record.plan["names"]["variant"])
    assert not any(target["SuspendedState"].values())
    assert stage.status(serving.endpoint.name)[0]["state"] == "settling"
    assert serving.schedules() == ["settle"]
    bucket, _, key = record.report.removeprefix("s3://").partition("/")
    page = stage.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read().decode()
    assert "version 2" in page
    assert key in stage.said(serving.endpoint.name)[-1]["detail"]["links"]["report"]
    judged = [step["judgements"] for step in record.evidence["steps"]]
    assert {each["verdict"] for step in judged for each in step} == {"PASS"}


def test_equal_steps_give_users_equal_shares_of_the_new_version(serving: Serving) -> None:
    serving.serve(spec="release: {strategy: linear, steps: [40, 100], bake: 5m, replay: 0}\n")
    record = serving.endpoint.release("2", scripted("two"))
    assert record.outcome == "succeeded", record.reason
    assert record.plan["strategy"] == "linear"
    assert serving.steps_of_users() == [40, 80, 100]
    assert serving.shares_met("2") == [0, 40, 80, 100]
    assert serving.shares() == {"1": 0.0, "2": 100.0}
    assert (serving.endpoint.ask("me"), serving.failed()) == ("two to me", 0)


@pytest.mark.parametrize(
    ("source", "words"),
    [(BROKEN, "20 of 20 replayed requests failed"), (WRONG_SHAPE, "another form")],
    ids=["5xx", "wrong shape"],
)
def test_a_version_that_is_broken_outright_is_gone_before_any_user_meets_it(
    serving: Serving, source: str, words: str
) -> None:
    serving.serve()
    before = parts(serving.endpoint)
    record = serving.endpoint.release("2", scripted(source=source))
    assert words in record.reason
    assert serving.steps_of_users() == []
    assert serving.failed() == 0
    assert_rolled_back(serving, record, before)


def test_a_version_that_does_not_load_never_takes_traffic(serving: Serving) -> None:
    serving.serve()
    before = parts(serving.endpoint)
    record = serving.endpoint.release("2", scripted(source="raise RuntimeError('no weights')"))
    assert "ping health check" in record.reason
    assert "no weights" in record.reason
    assert serving.failed() == 0
    assert_rolled_back(serving, record, before)


DEGRADED: dict[str, tuple[Behaviour, str]] = {
    "errors": (Behaviour(error_rate=0.05), "server-errors"),
    "three times slower": (Behaviour(latency_ms=36.0, p99_ms=80.0), "Slower"),
}


@pytest.mark.parametrize("how", DEGRADED)
def test_a_version_that_is_bad_under_traffic_is_rolled_back_while_it_bakes(
    stage: Stage, serving: Serving, how: str
) -> None:
    serving.serve(requests_per_second=50)
    before = parts(serving.endpoint)
    behaviour, words = DEGRADED[how]
    serving.endpoint.drop("2", scripted("two"))
    serving.until_step(0)
    serving.behave("2", behaviour)
    stage.finish()
    record = serving.endpoint.records()[-1]
    assert words in record.reason
    assert serving.steps_of_users() == [5]
    assert_rolled_back(serving, record, before)
    total = serving.hosting.traffic_log.total(serving.endpoint.name)
    assert total.failed <= 0.03 * total.requests


SHOP = """
release:
  metrics:
  - {namespace: Shop, metric: Conversion, dimensions: {Model: "{variant}"}, below_live: 20}
"""
SOLD_LESS = (
    r"Shop/Conversion \(Average\) is ([\d.]+) in (\d+) minutes, below the ([\d.]+) of "
    r"`below_live: 20`; the live variant has ([\d.]+)\."
)


def test_a_version_that_sells_less_is_rolled_back_by_the_shops_own_metric(
    stage: Stage, serving: Serving
) -> None:
    serving.serve(spec=SHOP)
    before = parts(serving.endpoint)
    since = len(stage.sandbox.account.gateway.records)
    serving.endpoint.drop("2", scripted("two"))
    serving.until_step(0)
    for minute in range(12):
        # Of 1,140 requests 3 % buy; of the 60 that the new version gets, one in two minutes.
        serving.convert("1", 34 + minute % 3, 1140)
        serving.convert("2", minute % 2, 60)
        stage.sandbox.advance(60)
    stage.finish()
    record = serving.endpoint.records()[-1]
    # When there is enough to judge, and on what, depends on how long the endpoint took to change.
    told = re.search(SOLD_LESS, record.reason)
    assert told, record.reason
    canary, minutes, limit, live = map(float, told.groups())
    assert minutes < 10  # A bake's; it did not have to end.
    assert live == pytest.approx(35 / 1140, rel=0.02)
    assert canary < limit == pytest.approx(0.8 * live, rel=0.01)
    assert (record.condemned or {})["by"] == "judge"
    assert serving.steps_of_users() == [5]
    assert_rolled_back(serving, record, before)
    assert stage.denied(since) == []


def test_a_rollback_from_the_last_step_needs_no_more_instances_than_planned(
    stage: Stage, serving: Serving
) -> None:
    serving.serve(spec="release: {steps: [30, 100], bake: 5m, replay: 0}\n")
    before = parts(serving.endpoint)
    # 2 + 1 are built beside 2, and in the end 2 beside 1 + 2; both versions have 2 before that.
    stage.sandbox.account.quotas.set_limit("ml.m5.large", 5)
    serving.endpoint.drop("2", scripted("two"))
    serving.until_step(1)
    assert serving.endpoint.records()[-1].plan["peak_instances"] == {"ml.m5.large": 5}
    serving.behave("2", Behaviour(error_rate=0.5))
    stage.finish()
    stage.sandbox.account.quotas.set_limit("ml.m5.large", 20)
    assert_rolled_back(serving, serving.endpoint.records()[-1], before)


def test_users_come_back_by_the_old_configuration_where_weights_are_refused(
    stage: Stage, serving: Serving
) -> None:
    serving.serve(spec="release: {steps: [100], bake: 5m, replay: 0}\n")
    before = parts(serving.endpoint)
    serving.endpoint.drop("2", scripted("two"))
    serving.until_step(0)
    stage.sandbox.advance(120)
    operation = "UpdateEndpointWeightsAndCapacities"
    serving.endpoint.inject(Fault("sagemaker", operation, "ValidationException", times=2))
    serving.behave("2", Behaviour(error_rate=0.5))
    stage.finish()
    assert_rolled_back(serving, serving.endpoint.records()[-1], before)
    assert serving.shares()["1"] > 0


def test_what_cannot_be_cleared_away_is_tried_again_and_then_by_the_next_release(
    stage: Stage, serving: Serving
) -> None:
    serving.serve(spec="release: {steps: [30, 100], bake: 5m, replay: 0}\n")
    before = parts(serving.endpoint)
    serving.endpoint.drop("2", scripted("two"))
    serving.until_step(0)
    serving.endpoint.inject(
        Fault("sagemaker", "UpdateEndpoint", "ResourceLimitExceeded", "The quota is 5", times=2)
    )
    serving.behave("2", Behaviour(error_rate=0.5))
    stage.finish()
    record = serving.endpoint.records()[-1]
    assert record.outcome == "rolled-back"
    assert "cleanup pending: SageMaker refused UpdateEndpoint: The quota is 5" in record.reason
    assert serving.shares() == {"1": 100.0, "2": 0.0}
    assert serving.schedules() == ["clean"]
    told = len(stage.said(serving.endpoint.name))

    stage.sandbox.advance(330)
    stage.finish()
    assert serving.schedules() == ["clean"]
    assert "cleanup pending" in serving.endpoint.records()[-1].reason
    assert len(stage.said(serving.endpoint.name)) == told

    third = serving.endpoint.release("3", scripted("three"))
    assert third.outcome == "succeeded", third.reason
    second = serving.endpoint.records()[1]
    assert (second.outcome, second.cleanup) == ("rolled-back", None)
    assert "cleanup" not in second.reason
    assert serving.schedules() == ["settle"]
    made = parts(serving.endpoint)
    assert len(made["models"]) == len(before["models"]) + 1
    assert serving.shares() == {"1": 0.0, "3": 100.0}


def test_without_traffic_nothing_is_promoted_silently(stage: Stage, serving: Serving) -> None:
    serving.serve(requests_per_second=0)
    before = parts(serving.endpoint)
    record = serving.endpoint.release("2", scripted("two"))
    assert "Too few" in record.reason
    assert "undecided after 3 bakes" in record.reason
    assert serving.steps_of_users() == [5]
    assert_rolled_back(serving, record, before)


def test_the_next_version_finds_the_one_before_settled(stage: Stage, serving: Serving) -> None:
    serving.serve(spec="release: {steps: [100], bake: 5m, replay: 0}\n")
    second = serving.endpoint.release("2", scripted("two"))
    assert second.outcome == "succeeded", second.reason
    record = serving.endpoint.release("3", scripted("three"))
    assert record.outcome == "succeeded", record.reason
    assert serving.shares() == {"2": 0.0, "3": 100.0}
    assert stage.sandbox.account.workflows.transitions(serving.execution) <= 60
    stage.sandbox.advance(2 * 3600)
    stage.finish()
    assert serving.shares() == {"3": 100.0}
    assert serving.schedules() == []
    (target,) = serving.endpoint.targets()
    assert target["ResourceId"].endswith(record.plan["names"]["variant"])
    assert stage.status(serving.endpoint.name)[0]["state"] == "serving"
    assert serving.failed() == 0


def test_a_person_approves_each_step(stage: Stage, serving: Serving) -> None:
    serving.serve(spec="release: {steps: [50, 100], bake: 5m, replay: 0, approve: true}\n")
    serving.endpoint.drop("2", scripted("two"))
    for step in (0, 1):
        stage.sandbox.advance(2400)
        (record,) = serving.endpoint.records()[1:]
        assert (record.outcome, record.steps_done) == ("running", step)
        waiting = stage.said(serving.endpoint.name)[-1]["detail"]
        assert waiting["waiting"] == "approve"
        serving.command("approve")
    stage.finish()
    assert serving.endpoint.records()[-1].outcome == "succeeded"
    assert serving.steps_of_users() == [50, 100]


def test_a_person_ends_a_release_while_it_bakes(stage: Stage, serving: Serving) -> None:
    serving.serve()
    before = parts(serving.endpoint)
    serving.endpoint.drop("2", scripted("two"))
    serving.until_step(0)
    stage.sandbox.advance(120)
    serving.command("abort")
    stage.finish()
    record = serving.endpoint.records()[-1]
    assert "aborted by ops" in record.reason
    assert_rolled_back(serving, record, before)
