"""Endpoints sleep and wake: by their calendar, whatever holds them, fails or wants them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from sandbox.gateway import Fault
from sandbox.hosting import PRETENDING
from sandbox.hosting.behaviour import Behaviour
from tests.stage.archives import scripted
from tests.stage.resting import Resting

if TYPE_CHECKING:
    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage


@pytest.fixture(autouse=True)
def models_pretend(stage: Stage) -> None:
    """Let no process serve: what is tested here is what an endpoint is made of."""
    stage.sandbox.account.hosting.use(PRETENDING)


FULL = "The account-level service limit 'ml.m5.large for endpoint usage' is 0 Instances"


def test_an_endpoint_is_the_same_in_the_morning(stage: Stage, endpoint: Endpoint) -> None:
    resting = Resting(stage, endpoint)
    resting.tag(team="churn")
    variant = (endpoint.describe() or {})["ProductionVariants"][0]["VariantName"]
    stage.client("sagemaker").update_endpoint_weights_and_capacities(
        EndpointName=endpoint.name,
        DesiredWeightsAndCapacities=[{"VariantName": variant, "DesiredInstanceCount": 3}],
    )
    (target,) = endpoint.targets()
    of_target = ("ServiceNamespace", "ResourceId", "ScalableDimension")
    stage.client("application-autoscaling").put_scheduled_action(
        **{key: target[key] for key in of_target},
        ScheduledActionName="monday",
        Schedule="cron(0 8 ? * MON *)",
        Timezone="Europe/Berlin",
        StartTime=resting.until + timedelta(days=1),
        ScalableTargetAction={"MinCapacity": 4},
    )
    # Somebody wants to hear of silence, and sleeps at night as well.
    (cpu,) = (each for each in endpoint.alarms() if each["AlarmName"].endswith("/cpu"))
    put = stage.client("cloudwatch").meta.service_model.operation_model("PutMetricAlarm")
    kept = {key: cpu[key] for key in put.input_shape.members if cpu.get(key)}
    stage.client("cloudwatch").put_metric_alarm(**kept | {"TreatMissingData": "breaching"})
    resting.to_evening()
    evening = resting.picture()
    assert [action["ScheduledActionName"] for action in evening["actions"]] == ["monday"]
    assert {"Key": "team", "Value": "churn"} in evening["tags"]
    assert evening["endpoint"]["ProductionVariants"][0]["CurrentInstanceCount"] == 3

    resting.to_night()
    (status,) = stage.status(endpoint.name)
    assert status["state"] == "asleep"
    assert status["asleep"]["until"] == resting.until.isoformat()
    assert endpoint.describe() is None
    assert endpoint.targets() == []
    # None of them rings on silence.
    assert "breaching" not in {alarm["TreatMissingData"] for alarm in endpoint.alarms()}
    with pytest.raises(ClientError):
        endpoint.ask()

    resting.to_morning()
    assert resting.state == "serving"
    assert resting.picture() == evening
    assert endpoint.ask("me")
    assert resting.kinds() == ["Endpoint Asleep", "Endpoint Awake"]
    assert "alarm" not in {alarm["StateValue"].lower() for alarm in endpoint.alarms()}
    assert resting.record.lease is None


def test_a_tag_holds_an_endpoint_awake_and_says_so_once(stage: Stage, endpoint: Endpoint) -> None:
    resting = Resting(stage, endpoint)
    resting.tag(**{"slipway:keep-awake": "true"})
    resting.to_night()
    assert resting.state == "serving"
    assert "slipway:keep-awake" in stage.status(endpoint.name)[0]["kept_awake"]
    assert resting.kinds() == ["Endpoint Kept Awake"]
    resting.untag("slipway:keep-awake")
    stage.sandbox.advance(1500)
    assert resting.state == "asleep"
    assert stage.status(endpoint.name)[0].get("kept_awake") is None
    assert resting.kinds() == ["Endpoint Kept Awake", "Endpoint Asleep"]


def test_a_drop_wakes_the_endpoint_first(stage: Stage, endpoint: Endpoint) -> None:
    resting = Resting(stage, endpoint)
    resting.to_night()
    assert resting.state == "asleep"
    second = endpoint.release("2", scripted("two"))
    assert second.outcome == "succeeded", second.reason
    assert "Wake First" in stage.states(second.execution)
    assert endpoint.live() == "2"
    assert resting.record.asleep is None


def test_a_wake_without_capacity_falls_back_to_another_type(
    stage: Stage, endpoint: Endpoint
) -> None:
    resting = Resting(stage, endpoint, hosting=", fallback_instance_types: [ml.m5.xlarge]")
    (cpu,) = (a for a in endpoint.alarms() if a["AlarmName"].endswith("/cpu"))
    assert resting.rest("sleep") == "SUCCEEDED"
    endpoint.inject(Fault("sagemaker", "CreateEndpoint", "ResourceLimitExceeded", FULL))
    assert resting.rest("wake") == "SUCCEEDED"
    described = endpoint.describe() or {}
    live = resting.record.live
    assert live
    assert (live.instance_type, live.config) == ("ml.m5.xlarge", described["EndpointConfigName"])
    config = stage.client("sagemaker").describe_endpoint_config(EndpointConfigName=live.config)
    assert config["ProductionVariants"][0]["InstanceType"] == "ml.m5.xlarge"
    (now,) = (a for a in endpoint.alarms() if a["AlarmName"].endswith("/cpu"))
    assert now["Threshold"] == 2 * cpu["Threshold"]
    assert "on ml.m5.xlarge" in stage.said(endpoint.name)[-1]["detail"]["reason"]
    # The next night and the next version begin with what serves.
    assert resting.rest("sleep") == "SUCCEEDED"
    assert resting.rest("wake") == "SUCCEEDED"
    assert endpoint.release("2", scripted("two")).outcome == "succeeded"


def test_a_wake_with_too_few_instances_moves_to_another_type(
    stage: Stage, endpoint: Endpoint
) -> None:
    resting = Resting(stage, endpoint, hosting=", fallback_instance_types: [ml.m5.xlarge]")
    (target,) = endpoint.targets()
    stage.client("application-autoscaling").register_scalable_target(
        **{key: target[key] for key in ("ServiceNamespace", "ResourceId", "ScalableDimension")},
        MinCapacity=3,
    )
    stage.sandbox.advance(900)
    assert resting.rest("sleep") == "SUCCEEDED"
    refused = Fault(
        "sagemaker", "UpdateEndpointWeightsAndCapacities", "ResourceLimitExceeded", FULL, times=6
    )
    endpoint.inject(refused)
    assert resting.rest("wake") == "SUCCEEDED"
    live, (variant,) = resting.record.live, (endpoint.describe() or {})["ProductionVariants"]
    assert live
    assert (live.instance_type, variant["CurrentInstanceCount"]) == ("ml.m5.xlarge", 3)
    assert "on ml.m5.xlarge" in stage.said(endpoint.name)[-1]["detail"]["reason"]


def test_what_rings_while_it_wakes_is_asked_again_when_it_serves(
    stage: Stage, endpoint: Endpoint
) -> None:
    resting = Resting(stage, endpoint)
    assert resting.rest("sleep") == "SUCCEEDED"
    name = next(a["AlarmName"] for a in endpoint.alarms() if a["AlarmName"].endswith("/latency"))

    waking = resting.start("wake")
    stage.sandbox.run_until(lambda: "Restore Guards" in stage.states(waking))
    stage.client("cloudwatch").set_alarm_state(
        AlarmName=name, StateValue="ALARM", StateReason="Threshold Crossed"
    )
    stage.sandbox.run_until(lambda: stage.describe(waking)["status"] != "RUNNING")
    calls = stage.sandbox.account.gateway.records
    (asked,) = (c for c in calls if c.operation == "SetAlarmState" and not c.principal.is_admin)
    assert (asked.params["AlarmName"], asked.error) == (name, None)


def test_a_wake_that_fails_shouts_and_is_tried_again(stage: Stage, endpoint: Endpoint) -> None:
    resting = Resting(stage, endpoint)
    assert resting.rest("sleep") == "SUCCEEDED"
    endpoint.inject(Fault("sagemaker", "CreateEndpoint", "ResourceLimitExceeded", FULL))
    assert resting.rest("wake") == "FAILED"
    assert resting.state == "waking"
    shout = stage.said(endpoint.name)[-1]
    assert shout["detail-type"] == "Endpoint Rest Failed"
    assert "hosting.fallback_instance_types" in shout["detail"]["reason"]
    assert stage.told(endpoint.name)[-1]["detail-type"] == "Endpoint Rest Failed"
    stage.sandbox.advance(30 * 60)
    assert resting.state == "serving"
    assert resting.kinds()[-1] == "Endpoint Awake"

    # What never comes into service is made anew.
    assert resting.rest("sleep") == "SUCCEEDED"
    stage.sandbox.account.hosting.behave(f"{endpoint.name}-1-*", Behaviour(loads=False))
    assert resting.rest("wake") == "FAILED"
    assert "in three hours; it is Creating" in stage.said(endpoint.name)[-1]["detail"]["reason"]
    stage.sandbox.account.hosting.behave(f"{endpoint.name}-1-*", Behaviour())
    stage.sandbox.advance(3 * 3600)
    assert resting.state == "serving"


def test_a_wake_that_was_not_delivered_is_found_and_made_up_for(
    stage: Stage, endpoint: Endpoint
) -> None:
    resting = Resting(stage, endpoint)
    resting.to_night()
    denied = ("AccessDeniedException", "Not today.")
    endpoint.inject(Fault("stepfunctions", "StartExecution", *denied, role="slipway-ScheduleRole"))
    resting.to_morning()
    assert resting.state == "asleep"
    client, account = stage.client("sqs"), stage.sandbox.account
    url = next(each for each in client.list_queues()["QueueUrls"] if "EventDeadLetters" in each)
    (letter,) = client.receive_message(QueueUrl=url)["Messages"]
    assert json.loads(letter["Body"])["action"] == "wake"
    client.delete_message(QueueUrl=url, ReceiptHandle=letter["ReceiptHandle"])
    assert account.bus.lost == []

    stage.sandbox.advance(3600)
    daily = stage.client("scheduler").list_schedules(NamePrefix="slipway-Daily")["Schedules"]
    (looks,) = (each for each in daily if "StartChecks" in each["Target"]["Arn"])
    stage.client("lambda").invoke(FunctionName=looks["Target"]["Arn"], Payload=b"{}")
    assert resting.kinds()[-1] == "Endpoint Rest Failed"
    stage.sandbox.run_until(lambda: resting.record.lease is not None)
    # A model that comes while it wakes waits for that.
    endpoint.drop("2", scripted("two"))
    stage.sandbox.run_until(lambda: resting.record.parked is not None, limit=60)
    stage.sandbox.advance(900)
    stage.finish()
    assert endpoint.live() == "2"
    assert resting.kinds()[-1] == "Endpoint Awake"


def test_whoever_meets_a_sleeping_endpoint_can_wake_it(stage: Stage, endpoint: Endpoint) -> None:
    resting = Resting(stage, endpoint)
    resting.to_night()
    answers = [_call(stage, endpoint.name) for _ in range(3)]
    assert [status for status, _ in answers] == [202, 202, 202]
    assert answers[0][1]["state"] == "waking"
    assert answers[0][1]["ready_at"] > stage.sandbox.kernel.now().isoformat()
    stage.sandbox.advance(900)
    assert _call(stage, endpoint.name)[0] == 200
    assert resting.kinds() == ["Endpoint Asleep", "Endpoint Awake"]
    assert _call(stage, "nobody")[0] == 404


def _call(stage: Stage, endpoint: str) -> tuple[int, dict[str, str]]:
    from tests.stage.urls import call_url

    status, body = call_url(stage.sandbox.account, stage.outputs["WakeUrl"] + endpoint)
    return status, json.loads(body)
