"""UpdateEndpoint with a DeploymentConfig: refusals, shifting, alarms, what is told meanwhile."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from sandbox.events.metrics.store import MetricId
from sandbox.hosting.behaviour import Behaviour
from sandbox.hosting.guardrails import Size, guardrails_of
from sandbox.hosting.variants import Variant


def fleet(count: int, name: str = "live") -> list[Variant]:
    settings = {"VariantName": name, "ModelName": "m", "InstanceType": "ml.m5.large"}
    return [Variant.of({**settings, "InitialInstanceCount": count})]


def policy(kind: str = "CANARY", **more: Any) -> dict[str, Any]:
    """Return a DeploymentConfig; `size` in percent, or `("INSTANCE_COUNT", n)`."""
    routing: dict[str, Any] = {"Type": kind, "WaitIntervalInSeconds": more.pop("wait", 300)}
    size = more.pop("size", 10)
    unit, value = size if isinstance(size, tuple) else ("CAPACITY_PERCENT", size)
    member = {"CANARY": "CanarySize", "LINEAR": "LinearStepSize"}.get(kind)
    if member:
        routing[member] = {"Type": unit, "Value": value}
    alarms = [{"AlarmName": name} for name in more.pop("alarms", [])]
    config: dict[str, Any] = {
        "BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing, **more}
    }
    return {**config, "AutoRollbackConfiguration": {"Alarms": alarms}} if alarms else config


def refusal(action: Any) -> str:
    with pytest.raises(ClientError) as caught:
        action()
    return str(caught.value.response["Error"]["Message"])


def prepare(aws: Any, variant: Any, count: int = 20) -> None:
    aws.account.quotas.set_limit("ml.m5.large", 100)
    aws.model("old", answer="old")
    aws.model("new", answer="new")
    aws.serve(variant("live", "old", InitialInstanceCount=count))
    aws.config("second", variant("live", "new", InitialInstanceCount=count))


def update(aws: Any, config: dict[str, Any], **more: Any) -> None:
    aws.sagemaker.update_endpoint(
        EndpointName="churn", EndpointConfigName="second", DeploymentConfig=config, **more
    )


def alarm(aws: Any, state: str = "OK", name: str = "errors") -> None:
    client = aws.client("cloudwatch")
    client.put_metric_alarm(
        AlarmName=name,
        Namespace="AWS/SageMaker",
        MetricName="Invocation5XXErrors",
        Period=60,
        Statistic="Average",
        EvaluationPeriods=1,
        Threshold=0.02,
        ComparisonOperator="GreaterThanThreshold",
    )
    client.set_alarm_state(AlarmName=name, StateValue=state, StateReason="a test")


def pending(aws: Any) -> dict[str, Any]:
    found: dict[str, Any] = aws.describe()["PendingDeploymentSummary"]["ProductionVariants"][0]
    return found


def bake(aws: Any) -> None:
    """Let time pass until the deployment bakes."""
    endpoint = aws.account.hosting.endpoint("churn")
    assert aws.kernel.run_until(
        lambda: endpoint.pending is not None and bool(endpoint.pending.active), limit=1000
    )


@pytest.mark.parametrize(
    ("percent", "count", "instances"), [(5, 20, 1), (5, 2, 1), (10, 25, 2), (50, 3, 1), (33, 6, 1)]
)
def test_a_share_of_a_fleet_is_rounded_down_to_at_least_one(
    percent: int, count: int, instances: int
) -> None:
    assert Size("CAPACITY_PERCENT", percent).of(count) == instances


def test_linear_steps_go_up_to_the_whole_fleet() -> None:
    found = guardrails_of(
        {"DeploymentConfig": policy("LINEAR", size=30, wait=60)}, fleet(10), fleet(10)
    )
    assert found is not None
    steps = found.steps(fleet(10))
    assert [step.active["live"] for step in steps] == [3, 6, 9, 10]
    assert [step.wait for step in steps] == [60, 60, 60, 0]


def test_inf1_falls_back_to_all_at_once_without_a_word() -> None:
    after = [
        Variant.of(
            {
                "VariantName": "live",
                "ModelName": "m",
                "InstanceType": "ml.inf1.xlarge",
                "InitialInstanceCount": 4,
            }
        )
    ]
    assert guardrails_of({"DeploymentConfig": policy()}, fleet(4), after) is None


@pytest.mark.parametrize(
    ("config", "count", "words"),
    [
        (policy(size=60), 20, "at most 50 percent"),
        (policy(size=("INSTANCE_COUNT", 11)), 20, "at most 50 percent"),
        (policy("LINEAR", size=5), 20, "10 to 50 percent"),
        (policy("LINEAR", size=("INSTANCE_COUNT", 1)), 20, "10 to 50 percent"),
        (policy(), 1, "at least 2 instances"),
        (policy(TerminationWaitInSeconds=300, MaximumExecutionTimeoutInSeconds=600), 20, "waits"),
        (
            policy("LINEAR", size=10, wait=60, MaximumExecutionTimeoutInSeconds=600),
            19,
            "more than the waits",
        ),
        (
            {
                "BlueGreenUpdatePolicy": {
                    "TrafficRoutingConfiguration": {"Type": "CANARY", "WaitIntervalInSeconds": 0}
                }
            },
            20,
            "needs CanarySize",
        ),
        ({"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "a"}]}}, 20, "BlueGreenUpdate"),
    ],
)
def test_what_sagemaker_refuses(
    aws: Any, variant: Any, config: dict[str, Any], count: int, words: str
) -> None:
    prepare(aws, variant, count)
    assert words in refusal(lambda: update(aws, config))
    assert aws.status() == "InService"


def test_the_variants_name_must_stay(aws: Any, variant: Any) -> None:
    prepare(aws, variant)
    aws.config("third", variant("other", "new", InitialInstanceCount=20))
    said = refusal(
        lambda: aws.sagemaker.update_endpoint(
            EndpointName="churn", EndpointConfigName="third", DeploymentConfig=policy()
        )
    )
    assert "same variant names as the old one: live, not other" in said


def test_a_rolling_update_is_not_carried_out_and_says_so(aws: Any, variant: Any) -> None:
    prepare(aws, variant)
    rolling = {
        "RollingUpdatePolicy": {
            "MaximumBatchSize": {"Type": "CAPACITY_PERCENT", "Value": 20},
            "WaitIntervalInSeconds": 60,
        }
    }
    said = refusal(lambda: update(aws, rolling))
    assert "no RollingUpdatePolicy" in said
    assert "BlueGreenUpdatePolicy" in said


def test_unknown_alarms_are_refused(aws: Any, variant: Any) -> None:
    prepare(aws, variant)
    alarm(aws)
    assert "nothing" in refusal(lambda: update(aws, policy(alarms=["errors", "nothing"])))


def test_whoever_updates_must_be_allowed_to_see_the_alarms(aws: Any, variant: Any) -> None:
    prepare(aws, variant)
    alarm(aws)
    iam = aws.client("iam")
    iam.create_role(RoleName="updater", AssumeRolePolicyDocument="{}")
    allowed = {"Effect": "Allow", "Action": "sagemaker:UpdateEndpoint", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
    iam.put_role_policy(RoleName="updater", PolicyName="update", PolicyDocument=document)
    role = aws.account.role("arn:aws:iam::123456789012:role/updater", "function")
    aws.sagemaker = aws.account.client("sagemaker", role)
    said = refusal(lambda: update(aws, policy(alarms=["errors"])))
    assert "cloudwatch:DescribeAlarms" in said


def test_a_canary_takes_its_share_then_everything(aws: Any, variant: Any) -> None:
    prepare(aws, variant)
    alarm(aws)
    update(aws, policy(size=5, wait=600, TerminationWaitInSeconds=120, alarms=["errors"]))
    aws.kernel.settle()
    assert pending(aws)["VariantStatus"][0]["Status"] == "Updating"
    bake(aws)
    shown = pending(aws)
    assert (shown["CurrentInstanceCount"], shown["DesiredInstanceCount"]) == (1, 20)
    assert shown["VariantStatus"][0]["Status"] == "Baking"
    assert "canary capacity of 1 instance(s)" in shown["VariantStatus"][0]["StatusMessage"]
    assert (aws.status(), aws.describe()["EndpointConfigName"]) == ("Updating", "first")
    answers = [aws.invoke()["Body"].read() for _ in range(300)]
    assert 3 <= answers.count(b"new") <= 35

    aws.kernel.advance(601)
    assert "full capacity of 20" in pending(aws)["VariantStatus"][0]["StatusMessage"]
    assert {aws.invoke()["Body"].read() for _ in range(20)} == {b"new"}
    assert aws.reach("InService") < 130
    assert aws.describe()["EndpointConfigName"] == "second"
    assert "PendingDeploymentSummary" not in aws.describe()


def test_deployment_events_tell_each_stage(aws: Any, variant: Any) -> None:
    prepare(aws, variant)
    update(aws, policy(size=50, wait=60))
    aws.reach("InService")
    told = [
        detail["PendingDeploymentSummary"]["ProductionVariants"][0]
        for detail in aws.account.emitted
        if "PendingDeploymentSummary" in detail
    ]
    stages = [(each["VariantStatus"][0]["Status"], each["CurrentInstanceCount"]) for each in told]
    assert stages == [("Baking", 10), ("Baking", 20), ("Deleting", 20)]


@pytest.mark.parametrize("kind", ["CANARY", "LINEAR", "ALL_AT_ONCE"])
def test_an_alarm_during_a_bake_sends_all_traffic_back(
    aws: Any, variant: Any, running: set[str], kind: str
) -> None:
    prepare(aws, variant)
    alarm(aws)
    before = set(running)
    update(aws, policy(kind, size=20, wait=600, TerminationWaitInSeconds=600, alarms=["errors"]))
    bake(aws)
    alarm(aws, "ALARM")
    assert aws.reach("RollingBack") <= 10
    assert {aws.invoke()["Body"].read() for _ in range(20)} == {b"old"}
    assert running == before
    aws.reach("InService")
    after = aws.describe()
    assert (
        after["EndpointConfigName"],
        after["ProductionVariants"][0]["CurrentInstanceCount"],
    ) == (
        "first",
        20,
    )
    assert "errors" in after["FailureReason"]


def test_an_alarm_that_rings_already_lets_no_deployment_through(aws: Any, variant: Any) -> None:
    prepare(aws, variant)
    alarm(aws, "ALARM")
    update(aws, policy(wait=0, alarms=["errors"]))
    aws.reach("RollingBack")
    aws.reach("InService")
    assert aws.describe()["EndpointConfigName"] == "first"


def test_a_deployment_that_takes_too_long_goes_back(aws: Any, variant: Any) -> None:
    prepare(aws, variant)
    update(aws, policy(wait=500, MaximumExecutionTimeoutInSeconds=600))
    aws.reach("RollingBack")
    assert "MaximumExecutionTimeoutInSeconds of 600" in aws.describe()["FailureReason"]


def test_the_new_fleet_has_metrics_of_its_own_beside_the_variants(aws: Any, variant: Any) -> None:
    prepare(aws, variant)
    aws.account.hosting.behave("new", Behaviour(error_rate=1.0))
    update(aws, policy(size=10, wait=600))
    bake(aws)
    began = aws.kernel.timestamp()
    aws.account.hosting.traffic("churn", 50, 300)
    aws.kernel.advance(500)

    def total(name: str, **more: str) -> float:
        dimensions = {"EndpointName": "churn", "VariantName": "live", **more}
        key = MetricId.of("AWS/SageMaker", name, dimensions)
        found = aws.account.metrics.samples(key, began - 60, aws.kernel.timestamp())
        return 0.0 if found is None else float(found.total)

    assert total("Invocations") == 15_000
    new = total("Invocations", EndpointConfigName="second")
    assert new == pytest.approx(1500, abs=10)
    assert (
        total("Invocation5XXErrors")
        == total("Invocation5XXErrors", EndpointConfigName="second")
        == new
    )
    assert total("Invocations", EndpointConfigName="first") == 0
    assert aws.account.hosting.traffic_log.total().failed == new


def test_the_variants_metrics_go_on_when_the_new_fleet_serves_alone(aws: Any, variant: Any) -> None:
    prepare(aws, variant)
    update(aws, policy("ALL_AT_ONCE", wait=0, TerminationWaitInSeconds=600))
    bake(aws)
    began = aws.kernel.timestamp()
    aws.account.hosting.traffic("churn", 50, 300)
    aws.kernel.advance(500)
    dimensions = {"EndpointName": "churn", "VariantName": "live"}
    for name, least in (("Invocations", 15_000), ("ModelLatency", 1)):
        key = MetricId.of("AWS/SageMaker", name, dimensions)
        found = aws.account.metrics.samples(key, began - 60, aws.kernel.timestamp())
        assert found is not None
        assert found.total >= least


def test_counts_may_be_retained_and_decide_the_canary(aws: Any, variant: Any) -> None:
    prepare(aws, variant, 2)
    aws.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName="churn",
        DesiredWeightsAndCapacities=[{"VariantName": "live", "DesiredInstanceCount": 10}],
    )
    aws.reach("InService")
    update(aws, policy(size=10, wait=60), RetainAllVariantProperties=True)
    bake(aws)
    assert (pending(aws)["CurrentInstanceCount"], pending(aws)["DesiredInstanceCount"]) == (1, 10)
