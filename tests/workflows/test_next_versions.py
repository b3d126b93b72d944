"""A second version takes the first one's place; one that fails leaves the first one serving."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from sandbox.gateway import Fault
from tests.stage.archives import RAISING, scripted
from tests.stage.endpoint import scripted_spec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

ASKED_EVERY = 20.0


class User:
    """Asks an endpoint all the time, as users do."""

    def __init__(self, stage: Stage, endpoint: Endpoint) -> None:
        self.answers: list[str] = []
        self._stage = stage
        self._endpoint = endpoint
        self._asking = True
        self._later()

    def stop(self) -> None:
        self._asking = False

    def _later(self) -> None:
        self._stage.sandbox.kernel.call_later(ASKED_EVERY, self._ask, name="a user")

    def _ask(self) -> None:
        if not self._asking:
            return
        try:
            self.answers.append(self._endpoint.ask("me"))
        except Exception as error:  # Whatever it is, a user did not get an answer.
            self.answers.append(repr(error))
        self._later()


@pytest.fixture
def serving(stage: Stage, endpoint: Endpoint) -> Iterator[tuple[Endpoint, User]]:
    """An endpoint with version 1 on it, and a user who asks it all the time."""
    endpoint.spec(scripted_spec())
    record = endpoint.release("1", scripted("one"))
    assert record.outcome == "succeeded", record.reason
    user = User(stage, endpoint)
    yield endpoint, user
    user.stop()


def parts(endpoint: Endpoint) -> dict[str, Any]:
    """Return what there is, and what serves."""
    described = endpoint.describe()
    assert described is not None
    return {**endpoint.made(), "config": described["EndpointConfigName"]}


def test_a_second_version_takes_over_without_a_gap(
    stage: Stage, serving: tuple[Endpoint, User]
) -> None:
    endpoint, user = serving
    first = parts(endpoint)
    record = endpoint.release("2", scripted("two"))
    stage.sandbox.advance(60)
    assert record.outcome == "succeeded", record.reason
    assert (endpoint.live(), endpoint.ask("me")) == ("2", "two to me")
    assert len(user.answers) > 10
    assert set(user.answers) == {"one to me", "two to me"}
    assert user.answers == sorted(user.answers), "the old version answered after the new one"

    second = parts(endpoint)
    assert second["config"] != first["config"]
    # What serves is watched and scaled as the first version was.
    variant = record.plan["names"]["variant"]
    assert variant in [target.rpartition("/")[2] for target in second["targets"]]
    watched = [alarm for alarm in second["alarms"] if alarm.split("/")[1] == variant]
    assert len(watched) == len(first["alarms"])
    assert second["dashboards"] == first["dashboards"]


def test_instances_that_demand_added_are_kept(stage: Stage, serving: tuple[Endpoint, User]) -> None:
    endpoint, _ = serving
    described = endpoint.describe()
    assert described is not None
    (variant,) = described["ProductionVariants"]
    stage.client("sagemaker").update_endpoint_weights_and_capacities(
        EndpointName=endpoint.name,
        DesiredWeightsAndCapacities=[
            {"VariantName": variant["VariantName"], "DesiredInstanceCount": 4}
        ],
    )
    stage.sandbox.advance(600)
    record = endpoint.release("2", scripted("two"))
    assert record.plan["instance_count"] == 4
    described = endpoint.describe()
    assert described is not None
    assert described["ProductionVariants"][0]["CurrentInstanceCount"] == 4


FAILURES = {
    "does not start": ({"source": RAISING}, None, "the weights are not in the archive"),
    "answers wrongly": (
        {"answer": "three"},
        [{"content_type": "text/csv", "body": "me", "expect": "two to me"}],
        "expected two to me, got three to me",
    ),
    "is refused": ({"source": "def model_fn("}, None, "did not pass the ping health check"),
}


@pytest.mark.parametrize("how", FAILURES)
def test_a_version_that_fails_leaves_the_old_one_serving_throughout(
    stage: Stage, serving: tuple[Endpoint, User], how: str
) -> None:
    endpoint, user = serving
    before = parts(endpoint)
    script, smoke, words = FAILURES[how]
    record = endpoint.release("2", scripted(**script), smoke)
    stage.sandbox.advance(120)
    assert record.outcome in {"failed", "rolled-back"}
    assert words in record.reason
    assert parts(endpoint) == before
    assert (endpoint.live(), endpoint.ask("me")) == ("1", "one to me")
    assert set(user.answers) == {"one to me"}
    last = stage.said(endpoint.name)[-1]
    wanted = "Release Rolled Back" if record.outcome == "rolled-back" else "Release Failed"
    assert (last["detail-type"], last["detail"]["reason"]) == (wanted, record.reason)
    assert endpoint.has_input("2")
    (status,) = stage.status(endpoint.name)
    assert (status["state"], status["live"]["version"]) == ("serving", "1")


def test_a_version_without_capacity_leaves_the_old_one_serving(
    stage: Stage, serving: tuple[Endpoint, User]
) -> None:
    endpoint, user = serving
    before = parts(endpoint)
    stage.sandbox.account.hosting.capacity.refuse("ml.m5.large")
    record = endpoint.release("2", scripted("two"))
    assert "InsufficientInstanceCapacity" in record.reason
    assert parts(endpoint) == before
    assert set(user.answers) == {"one to me"}


def test_a_version_that_is_refused_before_anything_is_made_touches_nothing(
    stage: Stage, serving: tuple[Endpoint, User]
) -> None:
    endpoint, user = serving
    before = parts(endpoint)
    record = endpoint.release("2", b"not a model")
    assert record.outcome == "failed"
    assert parts(endpoint) == before
    assert endpoint.release("3", scripted("three")).outcome == "succeeded"
    stage.sandbox.advance(60)
    assert set(user.answers) == {"one to me", "three to me"}


def test_a_lost_reply_of_the_update_changes_the_endpoint_once(
    stage: Stage, serving: tuple[Endpoint, User]
) -> None:
    endpoint, user = serving
    endpoint.inject(Fault("sagemaker", "UpdateEndpoint", lose_reply=True))
    record = endpoint.release("2", scripted("two"))
    stage.sandbox.advance(60)
    assert record.outcome == "succeeded", record.reason
    assert set(user.answers) == {"one to me", "two to me"}


def test_a_stopped_update_is_undone_before_the_next_release(
    stage: Stage, serving: tuple[Endpoint, User]
) -> None:
    endpoint, user = serving
    endpoint.drop("2", scripted("two"))
    stage.sandbox.advance(60)
    stage.client("stepfunctions").stop_execution(
        executionArn=stage.executions("RUNNING")[-1]["executionArn"]
    )
    record = endpoint.release("3", scripted("three"))
    assert record.outcome == "succeeded", record.reason
    first, stopped, last = (outcome for _, outcome in endpoint.outcomes())
    assert (first, last) == ("succeeded", "succeeded")
    assert stopped in {"failed", "rolled-back"}
    assert endpoint.ask("me") == "three to me"
    made = endpoint.made()
    kept = {record.made["model"] for record in endpoint.records() if record.outcome == "succeeded"}
    assert set(made["models"]) == kept
    assert not [name for name in made["configs"] if name.startswith(f"{endpoint.name}-2-")]
    assert not [answer for answer in user.answers if "to me" not in answer]
