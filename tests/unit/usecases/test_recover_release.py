"""Executions that ended without finishing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from slipway.domain.ended import FORGOTTEN, Ended
from slipway.domain.lease import EndpointRecord, Lease, Parked
from slipway.domain.naming import schedule_name
from slipway.domain.release import LiveRelease
from slipway.usecases.claim_drop import Arrival, claim_drop
from slipway.usecases.ending import End
from slipway.usecases.pending_cleanup import LONGEST_WAIT, MOST_TRIES
from slipway.usecases.record_release import record_release
from slipway.usecases.recover_release import Recoverer, Recovery
from slipway.usecases.take_lease import take_lease
from tests.fakes.make import drop, execution, lease, planned, record, ref
from tests.fakes.promoted import NEW, SETTLE, SETTLING, Promoted

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

EVENTS = Path(__file__).parents[3] / "events"
COMING, NEXT = drop("3", minute=2), drop("4", minute=3)
DEAD = execution("three")

REST = SETTLE.replace("settle", "rest")
RECONCILE = SETTLE.replace("settle", "reconcile")
AGAIN = schedule_name("churn", "clean")


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

    def follow(self, name: str) -> str:
        """Let the execution that was scheduled take over; return it."""
        payload = self.schedules.schedules.pop(AGAIN)["payload"]
        return self.take_over(name, payload)

    def take_over(self, name: str, payload: Mapping[str, Any]) -> str:
        claim_drop(
            Arrival.parse(payload),
            execution(name),
            ledger=self.ledger,
            store=self.store,
            announcer=self.announcer,
            clock=self.clock,
        )
        answer = take_lease(
            ref(COMING, name),
            ledger=self.ledger,
            executions=self.executions,
            announcer=self.announcer,
            clock=self.clock,
            waits=False,
        )
        assert (answer.verdict, answer.abandoned) == ("held", "")
        return execution(name)

    def die_twice(self) -> str:
        """Let the execution that followed at once die as well; return it."""
        self.hold().recover()
        ((name, payload),) = self.executions.started.items()
        return self.take_over(name.rpartition(":")[2], payload)

    def due(self) -> timedelta:
        """Return after how long the next one follows."""
        at: datetime = self.schedules.schedules[AGAIN]["at"]
        return at - self.clock.now()


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


def test_one_that_dies_as_well_is_followed_later_and_later_and_in_the_end_by_a_person(
    world: World,
) -> None:
    dead, waits = world.die_twice(), []
    for number in range(2, MOST_TRIES + 1):
        assert world.recover("FAILED", dead).verdict == "later"
        waits.append(world.due())
        world.clock.advance(seconds=waits[-1].total_seconds())
        dead = world.follow(f"try-{number}")
    assert waits[:3] == [timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=45)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT
    assert world.announcer.kinds == []
    for _ in range(2):
        assert world.recover("FAILED", dead).verdict == "given-up"
    assert world.announcer.kinds == ["Release Stuck"]
    assert "`slipway redrive`" in world.read(COMING).reason
    assert world.schedules.schedules == {}
    assert len(world.executions.started) == 1


def test_who_looks_at_the_same_dead_execution_again_puts_nothing_off(world: World) -> None:
    dead = world.die_twice()
    world.recover("FAILED", dead)
    at = world.schedules.schedules[AGAIN]["at"]
    world.clock.advance(minutes=4)
    assert world.recover("FAILED", dead).verdict == "later"
    assert world.schedules.schedules[AGAIN]["at"] == at
    # Redriven, and dead again after the moment that was planned for.
    world.schedules.schedules.clear()
    world.clock.advance(minutes=4)
    assert world.recover("FAILED", dead).verdict == "later"
    assert world.due() == timedelta(minutes=5)


def test_a_redrive_that_succeeds_leaves_nothing_to_follow(world: World) -> None:
    dead = world.die_twice()
    world.recover("FAILED", dead)
    world.executions.running.add(dead)
    record_release(
        replace(ref(COMING), execution=dead),
        End("failed", {"Error": "CanaryFailed", "Cause": "12 % errors"}),
        ledger=world.ledger,
        starter=world.executions,
        announcer=world.announcer,
        clock=world.clock,
        schedules=world.schedules,
    )
    assert world.schedules.schedules == {}
    assert world.record.lease is None


def test_the_next_drop_clears_away_at_once_what_is_to_be_tried_later(world: World) -> None:
    world.recover("FAILED", world.die_twice())
    world.ledger.open_release(record(NEXT, "four"))
    answer = take_lease(
        ref(NEXT, "four"),
        ledger=world.ledger,
        executions=world.executions,
        announcer=world.announcer,
        clock=world.clock,
    )
    assert (answer.verdict, answer.abandoned) == ("held", COMING.release)


def test_a_clean_up_that_dies_each_time_waits_longer_each_time(world: World) -> None:
    cleanup = {"tries": 1, "by": execution("two"), "reason": "12 % errors", "told": True}
    world.hold(outcome="rolled-back", cleanup=cleanup)
    world.change(abandoned=(COMING.release,))
    assert world.recover("FAILED").verdict == "passed-on"
    assert world.due() == timedelta(minutes=15)
    assert world.record.lease is None


class Handed(World):
    """Version 3 waited, and was handed the lease under a name that nobody has started yet."""

    parker = execution("parker")
    first, then = (f"{COMING.digest}-{number}" for number in (2, 3))

    def __init__(self) -> None:
        super().__init__()
        self.store.drop(COMING.key, COMING.version_id, COMING.last_modified)
        self.ledger.claim_drop(COMING, self.parker)
        self.ledger.open_release(record(COMING, "parker", outcome="parked"))
        handed = Lease(execution(self.first), COMING.release, self.now(), execution("two"))
        self.change(settling=None, parked=Parked(COMING, self.parker), lease=handed)

    def now(self) -> str:
        return self.clock.now().isoformat()

    @property
    def names(self) -> list[str]:
        return [name.rpartition(":")[2] for name in self.executions.started]

    @property
    def given(self) -> dict[str, Any]:
        """The input of the execution that was started last."""
        return dict(list(self.executions.started.values())[-1])


@pytest.fixture
def handed() -> Handed:
    return Handed()


def test_one_that_died_before_it_started_its_successor_has_it_started(handed: Handed) -> None:
    handed.executions.unknown.add(execution(handed.first))
    for _ in range(2):
        assert handed.recover("FAILED", execution("two")).verdict == "passed-on"
    assert handed.names == [handed.first]
    handed.take_over(handed.first, handed.given)
    assert handed.record.parked is None
    assert handed.read(COMING).outcome == "running"


def test_one_that_died_before_it_claimed_what_waited_is_followed_by_one_that_begins(
    handed: Handed,
) -> None:
    # The event may come twice, and late.
    for _ in range(2):
        assert handed.recover("FAILED", execution(handed.first)).verdict == "beginning"
        handed.executions.running.add(execution(handed.then))
    assert handed.names == [handed.then]
    assert "recover" not in handed.given
    handed.take_over(handed.then, handed.given)
    assert (handed.record.parked, handed.record.abandoned) == (None, ())
    assert handed.read(COMING).outcome == "running"
    assert handed.recover("FAILED", execution(handed.first)).verdict == "nothing"


def test_what_dies_each_time_before_it_begins_waits_longer_and_is_told_in_the_end(
    handed: Handed,
) -> None:
    handed.recover("FAILED", execution(handed.first))
    dead, given = handed.then, handed.given
    for number in range(2, MOST_TRIES + 1):
        assert handed.recover("FAILED", execution(dead), given).verdict == "later"
        # The daily look at who holds the lease puts nothing off, and counts nothing.
        assert handed.recover("FAILED", execution(handed.first)).verdict == "later"
        handed.clock.advance(seconds=handed.due().total_seconds())
        dead, given = f"try-{number}", dict(handed.schedules.schedules.pop(AGAIN)["payload"])
        assert given["previous"] == handed.parker
    for _ in range(2):
        assert handed.recover("FAILED", execution(dead), given).verdict == "given-up"
    assert handed.announcer.kinds == ["Release Stuck"]
    assert "could not be begun" in handed.read(COMING).reason
    assert handed.names == [handed.then]


def test_a_look_at_who_holds_the_lease_finds_that_its_follower_died_unheard(
    handed: Handed,
) -> None:
    handed.recover("FAILED", execution(handed.first))
    handed.clock.advance(minutes=1440)
    # Nobody knows it: it was never started.
    handed.executions.unknown.add(execution(handed.then))
    assert handed.recover("FAILED", execution(handed.first)).verdict == "beginning"
    handed.executions.unknown.clear()
    assert handed.recover("FAILED", execution(handed.first)).verdict == "later"
    assert handed.schedules.schedules[AGAIN]["payload"]["attempt"] == 4


def test_one_that_was_to_go_back_and_died_before_its_claim_is_followed(world: World) -> None:
    world.hold().recover()
    ((name, payload),) = world.executions.started.items()
    assert world.recover("FAILED", name, dict(payload)).verdict == "later"
    follower = world.schedules.schedules[AGAIN]["payload"]
    assert (follower["previous"], follower["attempt"]) == (DEAD, 3)
    world.follow("later")
    assert world.record.lease is not None
    assert world.record.lease.owner == execution("later")


def test_one_that_died_right_after_its_claim_is_followed_by_one_that_it_can_pass_it_to(
    world: World,
) -> None:
    world.hold().recover()
    ((name, payload),) = world.executions.started.items()
    world.ledger.claim_drop(COMING, name, DEAD)
    assert world.recover("FAILED", name, dict(payload)).verdict == "later"
    assert world.schedules.schedules[AGAIN]["payload"]["previous"] == name
    world.follow("later")
    assert world.ledger.owner_of(COMING) == execution("later")
