from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from slipway.domain.lease import EndpointRecord, Parked
from slipway.errors import LeaseLost
from slipway.usecases.ending import End
from slipway.usecases.forget_drop import forget_drop
from slipway.usecases.read_status import read_status
from slipway.usecases.record_release import record_release
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.make import drop, execution, lease, live, planned, record, ref
from tests.fakes.world import FakeAnnouncer, FakeExecutions

if TYPE_CHECKING:
    from slipway.usecases.ending import Recorded


class World:
    """A release of churn, version 2, that holds the lease."""

    def __init__(self) -> None:
        self.ledger = FakeLedger()
        self.executions = FakeExecutions()
        self.announcer = FakeAnnouncer()
        self.drop = drop("2", minute=5)
        self.ref = ref(self.drop)
        self.ledger.claim_drop(self.drop, self.ref.execution)
        self.ledger.open_release(planned(self.drop))
        self.ledger.endpoints["churn"] = EndpointRecord("churn", lease=lease(self.drop))

    def record(self, ending: Any, **more: Any) -> Recorded:
        return record_release(
            self.ref,
            End(ending, **more),
            ledger=self.ledger,
            starter=self.executions,
            announcer=self.announcer,
            clock=FakeClock(),
        )

    @property
    def closed(self) -> dict[str, str]:
        return self.ledger.drops[self.drop.bucket, self.drop.key, self.drop.version_id]


@pytest.fixture
def world() -> World:
    return World()


def function_error(message: str) -> dict[str, str]:
    return {
        "Error": "ArtifactRefused",
        "Cause": json.dumps({"errorMessage": message, "errorType": "ArtifactRefused"}),
    }


def test_a_release_that_another_execution_works_on_is_not_recorded(world: World) -> None:
    world.ledger.open_release(record(world.drop, "another"))
    other = lease(world.drop, "another")
    world.ledger.endpoints["churn"] = EndpointRecord("churn", lease=other)
    with pytest.raises(LeaseLost, match="another"):
        world.record("failed", failure=function_error("too late"))
    assert world.ledger.read_release("churn", world.drop.release).outcome == "running"
    assert world.announcer.news == []


def test_a_success_is_live_and_told(world: World) -> None:
    recorded = world.record("succeeded")
    assert recorded.outcome == "succeeded"
    record = world.ledger.read_endpoint("churn")
    assert record.lease is None
    assert record.live == live(world.drop)
    (news,) = world.announcer.news
    assert (news.kind, news.release) == ("Release Succeeded", world.drop.release)
    assert "untested" in news.reason
    assert world.closed["outcome"] == "succeeded"


def test_golden_requests_that_passed_are_mentioned(world: World) -> None:
    evidence = {"evidence": {"smoke": {"requests": 3, "tested": True}}}
    world.ledger.note_release("churn", world.drop.release, evidence)
    assert "3 golden requests passed" in world.record("succeeded").reason


def test_a_failure_is_recorded_in_the_words_of_the_function(world: World) -> None:
    recorded = world.record("failed", failure=function_error("`model.pkl` calls os.system."))
    assert (recorded.outcome, recorded.reason) == ("failed", "`model.pkl` calls os.system.")
    assert world.ledger.read_endpoint("churn").live is None
    assert world.announcer.kinds == ["Release Failed"]


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        ({"Error": "EndpointTooSlow", "Cause": "It is still Creating."}, "It is still Creating."),
        ({"Error": "States.Timeout", "Cause": None}, "took longer than it may"),
        ({"Error": "Lambda.Unknown", "Cause": '"text"'}, '"text"'),
        ({}, "Unknown, without an explanation"),
    ],
)
def test_every_failure_has_words(world: World, failure: dict[str, Any], words: str) -> None:
    assert words in world.record("failed", failure=failure).reason


def test_a_replacement_that_went_back_is_a_rollback(world: World) -> None:
    recorded = world.record(
        "failed", failure=function_error("bad answers"), cleaned={"restored": True}
    )
    assert recorded.outcome == "rolled-back"
    assert world.announcer.kinds == ["Release Rolled Back"]


def test_a_rollback_of_sagemakers_own_is_a_failed_release(world: World) -> None:
    failure = {**function_error("SageMaker rolled back by itself"), "Error": "SilentRollback"}
    recorded = world.record("failed", failure=failure, cleaned={"restored": True})
    assert recorded.outcome == world.closed["outcome"] == "failed"
    assert recorded.reason == (
        "Release of version 2 failed on churn: SageMaker rolled back by itself"
    )
    (news,) = world.announcer.news
    assert (news.kind, news.facts["outcome"]) == ("Release Failed", "failed")
    assert news.reason == recorded.reason


def test_an_unfinished_clean_up_is_part_of_the_record(world: World) -> None:
    cleaned = {"verdict": "pending", "left": ["endpoint churn is UpdateRollbackFailed"]}
    recorded = world.record("failed", failure=function_error("bad"), cleaned=cleaned)
    assert recorded.reason == "bad (cleanup pending: endpoint churn is UpdateRollbackFailed)"


def test_recording_again_after_a_lost_reply_ends_the_same(world: World) -> None:
    first = world.record("succeeded")
    ended = world.ledger.read_release("churn", world.drop.release).ended
    assert world.record("succeeded") == first
    assert world.ledger.read_release("churn", world.drop.release).ended == ended


def test_the_lease_of_another_execution_is_not_touched(world: World) -> None:
    held = EndpointRecord("churn", lease=lease(drop("3", minute=9), "other"))
    world.ledger.endpoints["churn"] = held
    world.record("succeeded")
    assert world.ledger.read_endpoint("churn") == held


def test_abandoned_releases_are_forgotten_one_by_one(world: World) -> None:
    held = world.ledger.read_endpoint("churn")
    left = (world.drop.release, "3-0123")
    world.ledger.endpoints["churn"] = replace(held, abandoned=left)
    world.record("abandoned")
    assert world.ledger.read_endpoint("churn").abandoned == ("3-0123",)
    world.record("abandoned")
    assert world.ledger.read_endpoint("churn").abandoned == ("3-0123",)


def test_an_abandoned_release_ends_without_passing_the_lease(world: World) -> None:
    recorded = world.record("abandoned")
    assert recorded.outcome == "failed"
    assert world.ledger.read_endpoint("churn").lease is not None


def test_an_unchanged_drop_leaves_only_its_own_terminal_record(world: World) -> None:
    serving = live(drop("2", minute=1))
    waiting = Parked(drop("3", minute=9), execution("three"))
    world.ledger.endpoints["churn"] = EndpointRecord(
        "churn", lease=lease(world.drop), live=serving, parked=waiting
    )
    ports = {
        "ledger": world.ledger,
        "starter": world.executions,
        "announcer": world.announcer,
        "clock": FakeClock(),
    }
    first = forget_drop(world.ref, **ports)
    assert first["handed_to"] in world.executions.started
    assert world.closed["outcome"] == "unchanged"
    assert world.ledger.list_releases("churn") == []
    assert world.ledger.read_endpoint("churn").live == serving
    assert world.announcer.news == []
    assert forget_drop(world.ref, **ports)["outcome"] == "unchanged"


def test_status_shows_endpoints_with_their_newest_release_first(world: World) -> None:
    world.record("succeeded")
    world.ledger.open_release(
        record(drop("1"), outcome="failed", reason="bad", started="2026-03-01T09:00:00+00:00")
    )
    world.ledger.endpoints["alone"] = EndpointRecord("alone")
    (churn,) = read_status(world.ledger, "churn")
    assert churn["endpoint"] == "churn"
    assert churn["state"] == "serving"
    assert churn["live"] == {"release": world.drop.release, "version": "2"}
    assert [each["version"] for each in churn["releases"]] == ["2", "1"]
    assert churn["releases"][1] == {
        "release": drop("1").release,
        "version": "1",
        "outcome": "failed",
        "reason": "bad",
        "started": "2026-03-01T09:00:00+00:00",
        "ended": "",
    }
    assert [each["endpoint"] for each in read_status(world.ledger)] == ["alone", "churn"]
    assert read_status(world.ledger)[0]["live"] is None
