"""SageMaker's own guardrails release, and Slipway's judge has a gate to pull."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.hosting.behaviour import Behaviour
from tests.stage.archives import RAISING, scripted
from tests.stage.serving import Serving, assert_as_before, assert_rolled_back, parts

if TYPE_CHECKING:
    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

SPEC = "release: {strategy: managed, steps: [50, 100], bake: 10m}\n"


@pytest.fixture
def serving(stage: Stage, endpoint: Endpoint) -> Serving:
    return Serving(stage, endpoint)


def test_a_good_version_replaces_the_fleet_with_one_of_another_type(
    stage: Stage, serving: Serving
) -> None:
    serving.serve(spec=SPEC)
    before = parts(serving.endpoint)
    serving.settings(SPEC, ", instance_type: ml.m5.xlarge")
    record = serving.endpoint.release("2", scripted("two"))
    assert record.outcome == "succeeded", record.reason
    assert serving.failed() == 0
    assert (serving.endpoint.live(), serving.endpoint.ask("me")) == ("2", "two to me")
    after = parts(serving.endpoint)
    assert after["alarms"] == before["alarms"]
    assert after["targets"] == before["targets"]
    (variant,) = (serving.endpoint.describe() or {})["ProductionVariants"]
    config = {"EndpointConfigName": after["config"]}
    made = stage.client("sagemaker").describe_endpoint_config(**config)["ProductionVariants"][0]
    assert (made["VariantName"], made["InstanceType"]) == (variant["VariantName"], "ml.m5.xlarge")
    assert serving.schedules() == []
    assert stage.sandbox.account.workflows.transitions(serving.execution) <= 60
    assert serving.steps_of_users() == [50, 100]
    half, full = record.evidence["steps"]
    assert half["started"] < full["started"] < full["ended"]
    assert "FAIL" not in {each["verdict"] for each in full["judgements"]}


def test_a_version_with_errors_goes_back_by_alarm_or_gate(serving: Serving) -> None:
    serving.serve(spec=SPEC, requests_per_second=50)
    before = parts(serving.endpoint)
    serving.behave("2", Behaviour(error_rate=0.015))
    record = serving.endpoint.release("2", scripted("two"))
    assert "More errors than the baseline" in record.reason
    assert_rolled_back(serving, record, before)


def test_a_person_ends_it_through_the_gate(stage: Stage, serving: Serving) -> None:
    serving.serve(spec=SPEC)
    before = parts(serving.endpoint)
    serving.endpoint.drop("2", scripted("two"))
    stage.sandbox.advance(420)
    serving.command("abort")
    stage.finish()
    record = serving.endpoint.records()[-1]
    assert "aborted by ops" in record.reason
    assert_rolled_back(serving, record, before)


def test_a_rollback_of_sagemakers_own_is_reported_as_a_failed_release(
    stage: Stage, serving: Serving
) -> None:
    serving.serve(spec=SPEC)
    before = parts(serving.endpoint)
    record = serving.endpoint.release("2", scripted(source=RAISING))
    assert record.outcome == "failed"
    assert "SageMaker rolled back by itself" in record.reason
    assert "the weights are not in the archive" in record.reason
    assert_as_before(serving, record, before)
    assert stage.said(serving.endpoint.name)[-1]["detail-type"] == "Release Failed"
    subject, mail = stage.mails(serving.endpoint.name)[-1]
    assert subject.startswith("Release Failed")
    assert "SageMaker rolled back by itself" in mail
    (status,) = stage.status(serving.endpoint.name)
    assert (status["live"]["version"], status["releases"][0]["outcome"]) == ("1", "failed")
    assert serving.failed() == 0
