"""Sudden demand on the sandbox: alarm, claim, instances, hold, and back; beside releases too."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.gateway import Fault
from slipway.domain.capacity.claims import BURST, of_source
from tests.stage.archives import scripted, scripted_image
from tests.stage.endpoint import hosting
from tests.stage.promoting import CODE

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway.domain.capacity.claims import Claim
    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

# An instance is meant to have 10 requests a second.
SCALING = "scaling: {metric: invocations, target: 600, min: 2, max: 18, burst: {hold: 5m}}\n"
SHIFT = "release: {steps: [100], bake: 8m, replay: 0, keep_previous: 30m}\n"
USUAL, SURGE = 16.0, 140.0
LONG = 24 * 3600.0
SOON = 600.0
STEP = 20.0


class Crowd:
    """An endpoint with version 1 on it, its users, and those who come at once."""

    def __init__(self, stage: Stage, endpoint: Endpoint, more: str = "") -> None:
        self.stage, self.endpoint = stage, endpoint
        # Beside a release there are two fleets, and while it settles three.
        stage.sandbox.account.quotas.set_limit("ml.m5.large", 80)
        endpoint.spec(hosting(scripted_image(), more) + CODE + SHIFT + SCALING)

    def serve(self) -> None:
        record = self.endpoint.release("1", scripted("one"))
        assert record.outcome == "succeeded", record.reason
        self.stage.sandbox.account.hosting.traffic(self.endpoint.name, USUAL, LONG)
        self.stage.sandbox.advance(600)

    def come(self, seconds: float) -> None:
        self.stage.sandbox.account.hosting.traffic(self.endpoint.name, SURGE, seconds)

    def claim(self) -> Claim | None:
        claims = self.stage.ledger.read_endpoint(self.endpoint.name).claims
        assert len([each for each in claims if each.source == BURST]) <= 1
        return of_source(claims, BURST)

    def until(self, reached: Callable[[], object], limit: float = 7200) -> None:
        """Let time pass until something holds, looking at it now and then."""
        for _ in range(round(limit / STEP)):
            if reached():
                return
            self.stage.sandbox.advance(STEP)
        pytest.fail(f"Not reached within {limit} seconds.")

    def fewest(self) -> int:
        return max(int(target["MinCapacity"]) for target in self.endpoint.targets())

    def counts(self) -> list[int]:
        described = self.endpoint.describe() or {}
        return [each["CurrentInstanceCount"] for each in described["ProductionVariants"]]

    def kinds(self) -> list[str]:
        return [event["detail-type"] for event in self.stage.said(self.endpoint.name)]

    def news(self, kind: str) -> list[dict[str, Any]]:
        said = self.stage.said(self.endpoint.name)
        return [event["detail"] for event in said if event["detail-type"] == kind]

    def bursts(self, status: str = "") -> list[str]:
        chosen = {"statusFilter": status} if status else {}
        found = self.stage.client("stepfunctions").list_executions(
            stateMachineArn=self.stage.outputs["BurstStateMachineArn"], **chosen
        )
        own = [each["executionArn"] for each in found["executions"]]
        return [
            arn for arn in own if f'"{self.endpoint.name}"' in self.stage.describe(arn)["input"]
        ]

    def ring(self) -> None:
        (name,) = (
            alarm["AlarmName"]
            for alarm in self.endpoint.alarms()
            if alarm["AlarmName"].endswith("/demand")
        )
        for state in ("OK", "ALARM"):
            self.stage.client("cloudwatch").set_alarm_state(
                AlarmName=name, StateValue=state, StateReason="Threshold Crossed"
            )


@pytest.fixture
def crowd(stage: Stage, endpoint: Endpoint) -> Crowd:
    return Crowd(stage, endpoint)


def test_a_surge_claims_instances_holds_them_and_hands_them_back(
    stage: Stage, crowd: Crowd
) -> None:
    crowd.serve()
    mails = len(stage.mails(crowd.endpoint.name))
    # An alarm that rings without need rings later from now on, and nobody hears of it.
    crowd.ring()
    crowd.until(lambda: crowd.bursts() and not crowd.bursts("RUNNING"), SOON)
    assert crowd.claim() is None
    crowd.come(1200)
    crowd.until(crowd.claim, SOON)
    claim = crowd.claim()
    assert claim is not None
    # 156 requests a second are 16 instances' work.
    assert 16 <= claim.floor <= 18
    crowd.until(lambda: crowd.counts() == [crowd.fewest()] and crowd.fewest() >= claim.floor)
    assert crowd.kinds()[-1] == "Burst Started"
    (started,) = crowd.news("Burst Started")
    assert (started["floor"], started["instances"]) == (claim.floor, 2)
    assert "requests a minute need" in started["reason"]

    # Alarms that ring again make one claim last longer, and no second burst.
    stage.sandbox.advance(120)
    before = crowd.claim()
    crowd.ring()
    stage.sandbox.advance(120)
    after = crowd.claim()
    assert before is not None
    assert after is not None
    assert datetime.fromisoformat(after.until) > datetime.fromisoformat(before.until)
    assert len(crowd.bursts("RUNNING")) == 1

    crowd.until(lambda: not crowd.bursts("RUNNING"), 3600)
    assert (crowd.claim(), crowd.fewest()) == (None, 2)
    (ended,) = crowd.news("Burst Ended")
    assert ended["floor"] >= claim.floor
    # Not until the surge ends: what the instances carry, target tracking keeps.
    assert ended["minutes"] >= 10
    # People hear of the burst, and never of the alarm.
    subjects = [subject for subject, _ in stage.mails(crowd.endpoint.name)[mails:]]
    assert [subject.partition(":")[0] for subject in subjects] == ["Burst Started", "Burst Ended"]
    assert stage.denied() == []


def test_instances_stay_though_nobody_can_look_and_go_with_a_burst_that_is_aborted(
    stage: Stage, crowd: Crowd
) -> None:
    crowd.serve()
    crowd.come(3600)
    crowd.until(crowd.claim, SOON)
    faults = stage.sandbox.account.gateway.faults
    faults.add(Fault("cloudwatch", "GetMetricData", "AccessDeniedException", times=None))
    stage.sandbox.advance(180)
    claim = crowd.claim()
    assert claim is not None
    assert crowd.fewest() >= claim.floor
    assert crowd.news("Burst Ended") == []
    faults.clear()
    stage.sandbox.advance(180)
    (running,) = crowd.bursts("RUNNING")
    stage.client("stepfunctions").stop_execution(executionArn=running)
    stage.sandbox.advance(60)
    assert (crowd.claim(), crowd.fewest()) == (None, 2)
    (ended,) = crowd.news("Burst Ended")
    assert "aborted" in ended["reason"]
    assert stage.denied() == []


def test_a_release_goes_on_beside_a_burst(stage: Stage, crowd: Crowd) -> None:
    crowd.serve()
    endpoint = crowd.endpoint
    endpoint.drop("2", scripted("2"))
    crowd.until(lambda: endpoint.records()[-1].bake is not None)
    crowd.come(1800)
    crowd.until(crowd.claim, SOON)
    stage.finish()
    assert endpoint.outcomes() == [("1", "succeeded"), ("2", "succeeded")]
    claim = crowd.claim()
    assert claim is not None
    (live,) = [each for each in endpoint.targets() if "/variant/2-" in each["ResourceId"]]
    assert live["MinCapacity"] >= claim.floor
    crowd.until(lambda: not crowd.bursts("RUNNING"), 7200)
    assert crowd.claim() is None
    assert stage.denied() == []


def test_a_first_release_is_made_on_the_next_type_where_aws_has_no_capacity(
    stage: Stage, endpoint: Endpoint
) -> None:
    crowd = Crowd(stage, endpoint, ", fallback_instance_types: [ml.m5.xlarge]")
    stage.sandbox.account.hosting.capacity.refuse("ml.m5.large")
    crowd.serve()
    live = stage.ledger.read_endpoint(endpoint.name).live
    assert live is not None
    assert live.instance_type == "ml.m5.xlarge"
    assert crowd.counts() == [2]
    (first, second) = crowd.news("Release Started")
    assert (first["instance_type"], second["instance_type"]) == ("ml.m5.large", "ml.m5.xlarge")
    assert second["notes"][-1].startswith("On ml.m5.xlarge instead of ml.m5.large")
    made = endpoint.made()
    assert len(made["models"]) == len(made["configs"]) == 1
    assert stage.denied() == []


@pytest.mark.parametrize("lasting", [False, True], ids=["quota", "shortage"])
def test_a_refused_burst_moves_what_serves_to_the_next_type(
    stage: Stage, crowd: Crowd, lasting: bool
) -> None:
    endpoint = crowd.endpoint
    more = ", fallback_instance_types: [ml.m5.xlarge]"
    endpoint.spec(hosting(scripted_image(), more) + CODE + SHIFT + SCALING)
    crowd.serve()
    # Not one instance of its type may come, neither by quota nor, for as long as it takes, at AWS.
    used = sum(
        each["CurrentInstanceCount"]
        for name in stage.client("sagemaker").list_endpoints()["Endpoints"]
        for each in stage.client("sagemaker").describe_endpoint(EndpointName=name["EndpointName"])[
            "ProductionVariants"
        ]
    )
    stage.sandbox.account.quotas.set_limit("ml.m5.large", 80 if lasting else used)
    if lasting:
        stage.sandbox.account.hosting.capacity.refuse("ml.m5.large", times=1000)
    crowd.come(2 * 3600)
    # AWS takes half an hour to admit a shortage.
    crowd.until(lambda: len(endpoint.records()) > 1, 3600)
    stage.finish()
    stage.sandbox.account.hosting.capacity.supply("ml.m5.large")
    assert endpoint.outcomes() == [("1", "succeeded"), ("1", "succeeded")]
    live = stage.ledger.read_endpoint(endpoint.name).live
    assert live is not None
    assert live.instance_type == "ml.m5.xlarge"
    # All that the burst wants came with the new type.
    assert sum(crowd.counts()) >= 16
    assert [each["ResourceId"] for each in endpoint.targets()] == [
        f"endpoint/{endpoint.name}/variant/{live.variant}"
    ]
    refused = [each for each in crowd.news("Burst Started") if "refused" in each]
    assert len(refused) == 1
    assert "is released on ml.m5.xlarge instead" in refused[0]["reason"]
    assert endpoint.ask("me") == "one to me"
    assert stage.denied() == []
