"""SageMaker shifts the traffic by itself; the judge can only pull its gate."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from slipway.domain.gate import gate_alarm
from slipway.domain.images import resolve_image
from slipway.domain.judge import VariantMinute
from slipway.domain.naming import ReleaseNames, schedule_name
from slipway.domain.planning import AccountFacts, ArtifactFacts, plan_release
from slipway.domain.release import Sentence
from slipway.domain.spec import EndpointSpec
from slipway.errors import CanaryFailed, EndpointBusy, HostingRefused, NameTaken, ReleaseAborted
from slipway.usecases.check_endpoint import check_endpoint
from slipway.usecases.close_gate import Tools
from slipway.usecases.compensate_release import compensate_release
from slipway.usecases.deploy_guarded import deploy_guarded
from slipway.usecases.lift_gate import lift_gate
from slipway.usecases.report_release import Reporter
from tests.fakes.canary import ACCOUNT, JUDGE, NEW, OLD, TOKEN, Canary
from tests.fakes.world import FakeLog

GATE = gate_alarm("churn", NEW.release)
ABORTED = Sentence("aborted by Ada", "Ada", "2026-03-02T09:00:00+00:00", error="ReleaseAborted")
ALARMS = ["slipway-churn/1/server-errors", "slipway-churn/1/latency", "slipway-churn/1/disk"]


class Guarded(Canary):
    """Version 2 is being released by SageMaker's guardrails."""

    def __init__(self) -> None:
        super().__init__()
        spec = EndpointSpec.model_validate({"release": {"strategy": "managed", "steps": [5, 100]}})
        plan = plan_release(
            names=ReleaseNames.of("churn", "2", NEW.digest),
            spec=spec,
            artifact=ArtifactFacts(self.release.inspection["accepted"]),
            image=resolve_image("xgboost", None, "us-east-1"),
            account=AccountFacts("us-east-1"),
            live=replace(self.old, instance_count=10),
        )
        self.ledger.note_release("churn", NEW.release, {"plan": plan.as_dict()})
        self.ledger.note_release("churn", OLD.release, {"made": {"alarms": ALARMS}})
        self.scaling.targets[f"endpoint/churn/variant/{self.old.variant}"] = {}

    def deploy(self) -> None:
        deploy_guarded(
            self.ref,
            TOKEN,
            ACCOUNT,
            Tools(self.guards, self.gate, self.schedules, JUDGE),
            ledger=self.ledger,
            endpoints=self.sagemaker,
            scaling=self.scaling,
            accepted=self.store,
            waker=self.executions,
            clock=self.clock,
        )

    def check(self) -> str:
        return check_endpoint(
            self.ref,
            ledger=self.ledger,
            endpoints=self.sagemaker,
            log=FakeLog(),
            clock=self.clock,
        ).verdict

    def lift(self) -> dict[str, Any]:
        return lift_gate(
            self.ref,
            ledger=self.ledger,
            guards=self.guards,
            schedules=self.schedules,
            measurements=self.measurements,
            announcer=self.announcer,
            clock=self.clock,
        )

    def bakes(self, *, begun: int) -> None:
        """Let SageMaker bake since so many minutes ago, and look as the judge does each minute."""
        since = (self.clock.now() - timedelta(minutes=begun)).isoformat()
        state = self.sagemaker.endpoints["churn"]
        self.sagemaker.endpoints["churn"] = replace(state, baking_since=since)
        self.look()

    def reached(self) -> list[tuple[int, int, int]]:
        """Return step, weight and bake of the steps that were announced."""
        news = [each.facts for each in self.announcer.news if each.kind == "Release Step Reached"]
        return [(each["step"], each["weight"], each["bake_seconds"]) for each in news]

    def users(self, minutes: int, *, errors: int = 0, share: float = 0.05) -> None:
        """Let minutes pass in which the new fleet gets a share of a variant's requests."""
        begin = self.clock.now().replace(second=0, microsecond=0)
        config = self.release.plan["names"]["endpoint_config"]
        for number in range(minutes):
            at, requests = begin + timedelta(minutes=number), round(2000 * share)
            whole = VariantMinute(at, 2000, errors, 12_000.0, tail=20_000.0)
            self.measurements.add("churn", self.variant, whole)
            if requests:
                new = VariantMinute(at, requests, errors, 12_000.0, tail=20_000.0)
                self.measurements.add("churn", self.variant, new, config=config)
        self.clock.advance(minutes=minutes)


@pytest.fixture
def guarded() -> Guarded:
    return Guarded()


def test_sagemaker_is_asked_to_shift_and_to_watch_the_users_alarms_and_the_gate(
    guarded: Guarded,
) -> None:
    guarded.deploy()
    deployment = guarded.sagemaker.deployments["churn"]
    policy = deployment["BlueGreenUpdatePolicy"]["TrafficRoutingConfiguration"]
    assert (policy["Type"], policy["CanarySize"]["Value"]) == ("CANARY", 5)
    watched = [each["AlarmName"] for each in deployment["AutoRollbackConfiguration"]["Alarms"]]
    assert watched == [*ALARMS[:2], GATE]
    assert guarded.gate.values == [("churn", NEW.release, 0.0)]
    assert list(guarded.guards.alarms) == [GATE]
    assert guarded.ledger.take_token("churn") == TOKEN


def test_the_variant_keeps_its_name_and_its_scaling(guarded: Guarded) -> None:
    guarded.deploy()
    assert guarded.variant == guarded.old.variant
    assert guarded.scaling.targets


def test_the_judge_looks_each_minute_until_the_deployment_is_out_of_time(guarded: Guarded) -> None:
    guarded.deploy()
    schedule = guarded.schedules.schedules[schedule_name("churn", "judge")]
    assert schedule["target"] == JUDGE
    assert schedule["until"] > guarded.clock.now() + timedelta(minutes=20)


def test_an_alarm_that_rings_already_is_named_instead_of_a_deployment_that_must_fail(
    guarded: Guarded,
) -> None:
    guarded.guards.ringing[ALARMS[0]] = "12 % errors"
    with pytest.raises(HostingRefused, match="12 % errors"):
        guarded.deploy()
    assert guarded.sagemaker.deployments == {}


def test_a_deployment_that_is_done_already_is_not_waited_for(guarded: Guarded) -> None:
    guarded.deploy()
    guarded.sagemaker.settle("churn")
    guarded.deploy()
    assert guarded.executions.woken == [TOKEN]


def test_a_busy_endpoint_and_one_of_somebody_elses_are_not_deployed_to(guarded: Guarded) -> None:
    state = guarded.sagemaker.endpoints["churn"]
    guarded.sagemaker.endpoints["churn"] = replace(state, status="Updating")
    with pytest.raises(EndpointBusy):
        guarded.deploy()
    guarded.sagemaker.endpoints["churn"] = replace(state, config="by-hand")
    with pytest.raises(NameTaken):
        guarded.deploy()


def test_a_good_fleet_keeps_the_gate_closed(guarded: Guarded) -> None:
    guarded.users(10, share=0)
    guarded.deploy()
    guarded.users(10)
    assert guarded.look()["verdict"] == "PASS"
    assert guarded.gate.pulled == {}


def test_each_step_of_sagemakers_is_announced_once(guarded: Guarded) -> None:
    guarded.users(10, share=0)
    guarded.deploy()
    guarded.look()
    assert guarded.reached() == []
    guarded.users(1)
    guarded.bakes(begun=1)
    guarded.users(1)
    guarded.bakes(begun=2)
    assert guarded.reached() == [(1, 5, 600)]
    assert guarded.release.step == 0
    guarded.users(9)
    guarded.bakes(begun=0)
    guarded.users(10, share=1)
    guarded.bakes(begun=10)
    guarded.sagemaker.settle("churn")
    guarded.lift()
    assert guarded.reached() == [(1, 5, 600), (2, 100, 600)]
    first, last = guarded.release.evidence["steps"]
    assert (first["weight"], last["weight"]) == (5, 100)
    assert first["started"] < last["started"] < last["ended"]
    assert {each["verdict"] for each in last["judgements"]} == {"PASS"}


def test_the_report_tells_the_two_fleets_of_the_variant_apart(guarded: Guarded) -> None:
    guarded.users(10, share=0)
    guarded.deploy()
    guarded.bakes(begun=0)
    guarded.users(10, share=0.5, errors=2)
    uri = Reporter(guarded.ledger, guarded.measurements, guarded.reports, guarded.clock).publish(
        "churn", NEW.release
    )
    assert "of 10,000 requests: 0.20\u00a0%; previous 0\u00a0%" in guarded.reports.pages[uri]


def test_what_goes_back_announces_no_step(guarded: Guarded) -> None:
    guarded.deploy()
    guarded.ledger.condemn("churn", NEW.release, ABORTED)
    guarded.bakes(begun=0)
    assert guarded.reached() == []


def test_errors_of_the_new_fleet_alone_pull_the_gate_every_minute(guarded: Guarded) -> None:
    guarded.users(10, share=0)
    guarded.deploy()
    guarded.users(6, errors=20)
    assert guarded.look()["verdict"] == "FAIL"
    assert "More errors than the baseline" in guarded.gate.pulled[GATE]
    assert (guarded.release.condemned or {})["by"] == "judge"
    guarded.look()
    assert [value for *_, value in guarded.gate.values] == [0.0, 1.0, 1.0]


def test_a_person_ends_a_guarded_release_through_the_gate(guarded: Guarded) -> None:
    guarded.deploy()
    guarded.ledger.condemn("churn", NEW.release, ABORTED)
    guarded.look()
    assert guarded.gate.pulled == {GATE: "aborted by Ada"}


def test_a_deployment_that_went_back_says_why(guarded: Guarded) -> None:
    guarded.deploy()
    guarded.ledger.condemn("churn", NEW.release, ABORTED)
    guarded.sagemaker.settle("churn", failure="an alarm rang")
    with pytest.raises(ReleaseAborted, match="by Ada"):
        guarded.check()


def test_after_the_deployment_the_gate_is_gone_and_the_verdict_is_kept(guarded: Guarded) -> None:
    guarded.users(10, share=0)
    guarded.deploy()
    guarded.users(10)
    guarded.sagemaker.settle("churn")
    assert guarded.check() == "serving"
    guarded.lift()
    assert (guarded.guards.alarms, guarded.schedules.schedules) == ({}, {})
    # No bake was seen; the full share is announced all the same.
    assert guarded.reached() == [(2, 100, 0)]
    (step,) = guarded.release.evidence["steps"]
    assert {each["verdict"] for each in step["judgements"]} == {"PASS"}
    assert guarded.look() == {"verdict": "none"}


def test_a_sentence_after_sagemakers_last_look_still_counts(guarded: Guarded) -> None:
    guarded.deploy()
    guarded.sagemaker.settle("churn")
    bad = Sentence("12 % errors", "judge", "2026-03-02T09:00:00+00:00")
    guarded.ledger.condemn("churn", NEW.release, bad)
    with pytest.raises(CanaryFailed, match="12 % errors"):
        guarded.lift()


def test_a_deployment_that_nobody_used_goes_back_unless_the_spec_accepts_it(
    guarded: Guarded,
) -> None:
    guarded.deploy()
    guarded.clock.advance(minutes=15)
    guarded.sagemaker.settle("churn")
    policy = {**guarded.release.policy, "inconclusive": "promote"}
    with pytest.raises(CanaryFailed, match=r"undecided after 1 bake: .*oo few requests"):
        guarded.lift()
    assert guarded.guards.alarms == {}
    guarded.ledger.note_release("churn", NEW.release, {"condemned": None, "policy": policy})
    guarded.lift()
    assert guarded.release.condemned is None


def test_going_back_leaves_neither_gate_nor_schedule_nor_parts(guarded: Guarded) -> None:
    guarded.deploy()
    guarded.sagemaker.settle("churn", failure="an alarm rang")
    cleaned = compensate_release(
        guarded.ref,
        ledger=guarded.ledger,
        endpoints=guarded.sagemaker,
        scaling=guarded.scaling,
        guards=guarded.guards,
        store=guarded.store,
        schedules=guarded.schedules,
        clock=guarded.clock,
    )
    assert (cleaned.verdict, cleaned.restored) == ("done", True)
    assert (guarded.guards.alarms, guarded.schedules.schedules) == ({}, {})
    assert list(guarded.sagemaker.configs) == [guarded.old.config]
    assert guarded.scaling.targets
