"""Executions that ended without finishing."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from slipway.domain.ended import FORGOTTEN, Ended
from slipway.domain.lease import EndpointRecord, Lease, Parked
from slipway.domain.release import LiveRelease
from slipway.usecases.claim_drop import Arrival, claim_drop
from slipway.usecases.recover_release import Recoverer, Recovery
from slipway.usecases.take_lease import take_lease
from tests.fakes.make import drop, execution, lease, planned, record, ref
from tests.fakes.promoted import NEW, SETTLE, SETTLING, Promoted

EVENTS = Path(__file__).parents[3] / "events"
COMING, NEXT = drop("3", minute=2), drop("4", minute=3)
DEAD = execution("three")

REST = SETTLE.replace("settle", "rest")
RECONCILE = SETTLE.replace("settle", "reconcile")


class World(Promoted):
    def hold(self, **facts: Any) -> World:
        """Let version 3 be released by an execution that is dead."""
        self.ledger.claim_drop(COMING, DEAD)
        release = planned(COMING, execution=DEAD)
        plan = {**release.plan, "strategy": "canary"}
        self.ledger.open_release(replace(release, plan=plan, **facts))
        self.change(settling=None, lease=lease(COMING, "three"))
        return self

    def recover(
        self, status: str = "ABORTED", dead: str = DEAD, given: dict[str, Any] | None = None
    ) -> Recovery:
        recoverer = Recoverer(
            SETTLE,
            REST,
            RECONCILE,
            ledger=self.ledger,
            workflows=self.executions,
            schedules=self.schedules,
            announcer=self.announcer,
            clock=self.clock,
        )
        self.executions.endings[dead] = "by hand"
        return recoverer.recover(Ended(dead, status, given=given or {}))


@pytest.fixture
def world() -> World:
    return World()


def test_the_event_says_how_it_ended() -> None:
    event = json.loads((EVENTS / "states-execution-aborted.json").read_text())
    ended = Ended.parse(event)
    assert ended.execution.endswith(event["detail"]["name"])
    assert ended.reason == "The execution was aborted before the release was finished"
    assert ended.given["drop"]["endpoint"] == "churn"


def test_what_held_no_lease_needs_nothing(world: World) -> None:
    assert world.recover().verdict == "nothing"
    assert world.executions.started == {}


def test_an_execution_that_was_redriven_meanwhile_is_left_alone(world: World) -> None:
    world.hold().executions.running.add(DEAD)
    assert world.recover().verdict == "nothing"


def test_a_release_that_was_killed_is_followed_by_one_that_goes_back(world: World) -> None:
    world.hold()
    assert world.recover().verdict == "going-back"
    world.recover()
    ((name, payload),) = world.executions.started.items()
    assert name == execution(f"{COMING.digest}-2")
    claim = claim_drop(
        Arrival.parse(payload),
        name,
        ledger=world.ledger,
        store=world.store,
        announcer=world.announcer,
        clock=world.clock,
    )
    assert claim.verdict == "claimed"
    assert claim.recover == "The execution was aborted before the release was finished: by hand"
    answer = take_lease(
        ref(COMING, f"{COMING.digest}-2"),
        ledger=world.ledger,
        executions=world.executions,
        announcer=world.announcer,
        clock=world.clock,
        waits=False,
    )
    assert (answer.verdict, answer.abandoned) == ("held", "")


def test_one_that_goes_back_does_not_wait_for_a_lease_that_somebody_took(world: World) -> None:
    world.hold()
    world.change(lease=lease(NEXT, "four"))
    world.executions.running.add(execution("four"))
    answer = take_lease(
        ref(COMING, "again"),
        ledger=world.ledger,
        executions=world.executions,
        announcer=world.announcer,
        clock=world.clock,
        waits=False,
    )
    assert answer.verdict == "parked"
    assert world.record.parked is None
    assert world.read(COMING).outcome == "running"


@pytest.mark.parametrize("outcome", ["failed", "rolled-back", "superseded"])
def test_a_release_that_had_ended_passes_the_lease_on(world: World, outcome: str) -> None:
    world.hold(outcome=outcome)
    world.ledger.open_release(record(NEXT, outcome="parked"))
    world.change(parked=Parked(NEXT, execution("four")))
    assert world.recover().verdict == "passed-on"
    assert list(world.executions.started) == [execution(f"{NEXT.digest}-2")]


def test_a_promotion_that_was_not_recorded_is_finished(world: World) -> None:
    made = {"canary_config": "both", "config": "alone"}
    world.hold(outcome="succeeded", made=made, policy={"keep_previous_seconds": 600})
    assert world.recover("FAILED").verdict == "finished"
    settling = world.record.settling
    assert world.record.live == LiveRelease.of(world.read(COMING))
    assert settling is not None
    assert (settling.previous, settling.config) == (world.new, "both")
    (schedule,) = world.schedules.schedules.values()
    assert schedule["payload"]["release"] == COMING.release


def test_a_first_release_that_serves_is_finished_not_taken_down(world: World) -> None:
    first = drop("1", endpoint="other")
    facts: dict[str, Any] = {"made": {"endpoint": "created", "dashboard": "slipway-other"}}
    world.ledger.open_release(planned(first, execution=DEAD, **facts))
    world.ledger.endpoints["other"] = EndpointRecord("other", 1, lease(first, "three"))
    assert world.recover("TIMED_OUT").verdict == "finished"
    assert world.ledger.read_release("other", first.release).outcome == "succeeded"
    assert world.ledger.read_endpoint("other").live is not None


def test_a_settling_that_died_is_tried_again(world: World) -> None:
    world.change(lease=Lease(SETTLING, NEW.release, "now"))
    world.change(parked=Parked(NEXT, execution("four")))
    world.ledger.open_release(record(NEXT, outcome="parked"))
    assert world.recover("TIMED_OUT", SETTLING).verdict == "passed-on"
    assert list(world.executions.started) == [execution(f"{NEXT.digest}-2")]
    (schedule,) = world.schedules.schedules.values()
    assert schedule["payload"]["release"] == NEW.release
    assert world.record.settling is not None


def test_a_release_that_never_came_to_its_lease_is_closed(world: World) -> None:
    world.ledger.open_release(record(COMING, "three"))
    thing = {"key": COMING.key, "version-id": COMING.version_id, "sequencer": "01"}
    given = {"detail": {"bucket": {"name": COMING.bucket}, "object": thing}}
    assert world.recover("FAILED", given=given).verdict == "closed"
    assert world.read(COMING).outcome == "failed"
    assert world.announcer.kinds == ["Release Failed"]
    assert world.recover("FAILED", given=given).verdict == "nothing"


def test_what_step_functions_has_forgotten_is_closed_by_its_drop(world: World) -> None:
    world.ledger.open_release(record(COMING, "three"))
    given = {"drop": COMING.as_dict(), "previous": "", "attempt": 1}
    recovery = world.recover(FORGOTTEN, given=given)
    assert recovery.verdict == "closed"
    assert "was forgotten by Step Functions" in world.read(COMING).reason


def test_a_drop_that_waits_is_not_closed(world: World) -> None:
    world.ledger.open_release(record(COMING, "three", outcome="parked"))
    given = {"drop": COMING.as_dict(), "previous": "", "attempt": 1}
    assert world.recover("FAILED", given=given).verdict == "nothing"
    assert world.read(COMING).outcome == "parked"
