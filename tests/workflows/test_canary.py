"""A new version beside the one that serves: promoted step by step, or gone before it hurts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.hosting.behaviour import Behaviour
from tests.stage.archives import scripted, scripted_image
from tests.stage.endpoint import hosting

if TYPE_CHECKING:
    from slipway.domain.release import ReleaseRecord
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
LONG = 24 * 3600.0


class Serving:
    """An endpoint with version 1 on it, requests of users captured, and traffic."""

    def __init__(self, stage: Stage, endpoint: Endpoint) -> None:
        self.stage = stage
        self.endpoint = endpoint
        self.hosting = stage.sandbox.account.hosting

    def serve(self, requests_per_second: float = 20.0, spec: str = "") -> None:
        self.endpoint.spec(hosting(scripted_image()) + "artifact: {allow_code: true}\n" + spec)
        first = self.endpoint.release("1", scripted("one"))
        assert first.outcome == "succeeded", first.reason
        for _ in range(20):
            self.endpoint.ask("me")
        # Captured requests reach the bucket after a while.
        self.stage.sandbox.advance(150)
        if requests_per_second:
            self.hosting.traffic(self.endpoint.name, requests_per_second, LONG)

    def behave(self, version: str, behaviour: Behaviour) -> None:
        self.hosting.behave(f"{self.endpoint.name}-{version}-*", behaviour)

    def until_step(self, step: int) -> None:
        """Let time pass until a step's traffic has been asked for."""
        for _ in range(100):
            if any(record.step >= step for record in self.endpoint.records()):
                return
            self.stage.sandbox.advance(15)
        raise TimeoutError(f"Step {step} was not reached")

    def command(self, command: str) -> None:
        """Command as an operator does."""
        release = self.endpoint.records()[-1].release
        detail = {
            "endpoint": self.endpoint.name,
            "release": release,
            "command": command,
            "by": "ops",
            "reason": "looks good" if command == "approve" else "looks bad",
        }
        entry = {
            "Source": "slipway.operator",
            "DetailType": "Release Command",
            "Detail": json.dumps(detail),
            "EventBusName": self.stage.outputs["EventBusName"],
        }
        self.stage.client("events").put_events(Entries=[entry])
        self.stage.sandbox.kernel.settle()

    @property
    def execution(self) -> str:
        return str(self.stage.executions()[-1]["executionArn"])

    def shares(self) -> dict[str, float]:
        """Return the weights by version."""
        described = self.endpoint.describe() or {}
        return {
            variant["VariantName"].partition("-")[0]: variant["CurrentWeight"]
            for variant in described["ProductionVariants"]
        }

    def schedules(self) -> list[str]:
        """Return what the endpoint's schedules are for."""
        prefix = f"slipway-{self.endpoint.name}."
        found = self.stage.client("scheduler").list_schedules(NamePrefix=prefix)["Schedules"]
        return [schedule["Name"].removeprefix(prefix) for schedule in found]

    def failed(self) -> int:
        return self.hosting.traffic_log.total(self.endpoint.name).failed

    def steps_of_users(self) -> list[int]:
        said = self.stage.said(self.endpoint.name)
        reached = [
            event["detail"]
            for event in said
            if event["detail-type"] == "Release Step Reached" and "waiting" not in event["detail"]
        ]
        return [detail["weight"] for detail in reached]


@pytest.fixture
def serving(stage: Stage, endpoint: Endpoint) -> Serving:
    return Serving(stage, endpoint)


def parts(endpoint: Endpoint) -> dict[str, Any]:
    described = endpoint.describe() or {}
    return {**endpoint.made(), "config": described.get("EndpointConfigName")}


def assert_rolled_back(serving: Serving, record: ReleaseRecord, before: dict[str, Any]) -> None:
    """Check that everything is as it was, and that it was said."""
    endpoint = serving.endpoint
    assert record.outcome == "rolled-back", record.reason
    assert parts(endpoint) == before
    assert (endpoint.live(), endpoint.ask("me")) == ("1", "one to me")
    (target,) = endpoint.targets()
    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 10)
    assert not any(target["SuspendedState"].values())
    assert serving.schedules() == []
    last = serving.stage.said(endpoint.name)[-1]
    assert (last["detail-type"], last["detail"]["reason"]) == (
        "Release Rolled Back",
        record.reason,
    )
    (status,) = serving.stage.status(endpoint.name)
    assert status["state"] == "serving"


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
