from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from slipway.domain.capacity.rest import Asleep
from slipway.domain.lease import EndpointRecord
from slipway.errors import ServiceBusy
from slipway.usecases.claim_drop import Arrival, claim_drop
from slipway.usecases.hand_over import hand_over
from slipway.usecases.take_lease import LeaseAnswer, take_lease
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.make import drop, execution, lease, live, planned, record, ref
from tests.fakes.world import FakeAnnouncer, FakeExecutions, FakeStore

if TYPE_CHECKING:
    from slipway.domain.release import Drop


class World:
    def __init__(self) -> None:
        self.ledger = FakeLedger()
        self.executions = FakeExecutions()
        self.announcer = FakeAnnouncer()
        self.clock = FakeClock()

    def arrive(self, what: Drop, name: str) -> LeaseAnswer:
        """Claim and ask for the lease, as the execution `name`."""
        self.executions.running.add(execution(name))
        self.ledger.claim_drop(what, execution(name))
        self.ledger.open_release(record(what, name))
        return self.ask(what, name)

    def ask(self, what: Drop, name: str) -> LeaseAnswer:
        return take_lease(
            ref(what, name),
            ledger=self.ledger,
            executions=self.executions,
            announcer=self.announcer,
            clock=self.clock,
        )

    def end(self, what: Drop, name: str, *, succeeded: bool) -> str:
        self.executions.running.discard(execution(name))
        return hand_over(
            ref(what, name),
            live(what) if succeeded else None,
            ledger=self.ledger,
            starter=self.executions,
            announcer=self.announcer,
            now="later",
        )

    def outcome(self, what: Drop) -> str:
        return self.ledger.read_release(what.endpoint, what.release).outcome


@pytest.fixture
def world() -> World:
    return World()


def test_a_free_lease_is_taken_and_may_be_taken_again(world: World) -> None:
    assert world.arrive(drop(), "one").verdict == "held"
    assert world.ask(drop(), "one") == LeaseAnswer("held")


def test_a_drop_that_comes_during_a_release_waits(world: World) -> None:
    world.arrive(drop("1"), "one")
    assert world.arrive(drop("2", minute=1), "two").verdict == "parked"
    assert world.outcome(drop("2", minute=1)) == "parked"
    assert world.announcer.news == []


def test_only_the_newest_drop_waits(world: World) -> None:
    first, second, third = drop("1"), drop("2", minute=1), drop("3", minute=2)
    world.arrive(first, "one")
    world.arrive(second, "two")
    assert world.arrive(third, "three").verdict == "parked"
    assert world.outcome(second) == "superseded"
    assert world.ledger.drops["artifacts", second.key, second.version_id]["outcome"] == "superseded"
    assert [news.version for news in world.announcer.news] == ["2"]
    assert world.announcer.kinds == ["Release Superseded"]


def test_a_drop_older_than_the_waiting_one_is_superseded_itself(world: World) -> None:
    first, older, newer = drop("1"), drop("2", minute=1), drop("3", minute=2)
    world.arrive(first, "one")
    world.arrive(newer, "three")
    assert world.arrive(older, "two").verdict == "superseded"
    assert world.ledger.read_endpoint("churn").parked.drop == newer


def test_a_drop_older_than_what_serves_is_superseded(world: World) -> None:
    world.ledger.endpoints["churn"] = EndpointRecord("churn", live=live(drop("2", minute=9)))
    assert world.arrive(drop("1", minute=3), "one").verdict == "superseded"
    assert world.ledger.read_endpoint("churn").lease is None


def test_events_of_one_key_are_ordered_by_their_sequencer(world: World) -> None:
    first = drop(version_id="a", sequencer="00FF")
    second = drop(version_id="b", sequencer="0100")
    world.ledger.endpoints["churn"] = EndpointRecord("churn", live=live(second))
    assert world.arrive(first, "one").verdict == "superseded"


def test_the_waiting_drop_is_started_when_the_release_ends(world: World) -> None:
    first, second = drop("1"), drop("2", minute=1)
    world.arrive(first, "one")
    world.arrive(second, "two")
    successor = world.end(first, "one", succeeded=True)
    assert successor == execution(f"{second.digest}-2")
    started = world.executions.started[successor]
    assert world.ledger.read_endpoint("churn").live == live(first)

    store = FakeStore()
    store.drop(second.key, second.version_id, second.last_modified)
    claim = claim_drop(
        Arrival.parse(started),
        successor,
        ledger=world.ledger,
        store=store,
        announcer=world.announcer,
        clock=FakeClock(),
    )
    assert (claim.verdict, claim.release) == ("claimed", second.release)
    assert world.ask(second, f"{second.digest}-2") == LeaseAnswer("held")
    assert world.ledger.read_endpoint("churn").parked is None


def test_handing_over_again_after_a_lost_reply_starts_the_same_execution(world: World) -> None:
    first, second = drop("1"), drop("2", minute=1)
    world.arrive(first, "one")
    world.arrive(second, "two")
    once = world.end(first, "one", succeeded=True)
    assert world.end(first, "one", succeeded=True) == once
    assert list(world.executions.started) == [once]


def test_without_a_waiting_drop_the_lease_is_free(world: World) -> None:
    world.arrive(drop(), "one")
    assert world.end(drop(), "one", succeeded=False) == ""
    assert world.ledger.read_endpoint("churn").lease is None


def test_a_third_drop_between_hand_over_and_start_neither_loses_nor_doubles(world: World) -> None:
    first, second, third = drop("1"), drop("2", minute=1), drop("3", minute=2)
    world.arrive(first, "one")
    world.arrive(second, "two")
    successor = world.end(first, "one", succeeded=True)
    # The successor does not run yet, so the third drop takes the lease that was meant for it.
    assert world.arrive(third, "three") == LeaseAnswer("held")
    world.executions.running.add(successor)
    assert world.ask(second, f"{second.digest}-2").verdict == "parked"
    assert world.end(third, "three", succeeded=True) == ""
    assert world.outcome(second) == "superseded"
    assert world.ledger.read_endpoint("churn").lease is None


def test_the_lease_of_an_execution_that_died_is_taken_over(world: World) -> None:
    world.arrive(drop("1"), "one")
    world.executions.running.clear()
    answer = world.arrive(drop("2", minute=1), "two")
    assert answer == LeaseAnswer("held", abandoned=drop("1").release)


def test_the_answer_that_something_was_abandoned_may_be_lost(world: World) -> None:
    world.arrive(drop("1"), "one")
    world.executions.running.clear()
    first = world.arrive(drop("2", minute=1), "two")
    assert world.ask(drop("2", minute=1), "two") == first


def test_an_execution_that_carries_on_with_the_same_release_abandons_nothing(
    world: World,
) -> None:
    world.arrive(drop("1"), "one")
    world.executions.running.clear()
    assert world.arrive(drop("1"), "again") == LeaseAnswer("held")


def test_a_release_that_was_recorded_as_live_is_no_abandoned_one(world: World) -> None:
    first = drop("1")
    world.arrive(first, "one")
    world.ledger.releases["churn", first.release] = planned(first, outcome="succeeded")
    world.executions.running.clear()
    assert world.arrive(drop("2", minute=1), "two") == LeaseAnswer("held")
    assert world.ledger.read_endpoint("churn").live == live(first)


def test_a_release_that_was_recorded_as_failed_is_no_abandoned_one(world: World) -> None:
    world.arrive(drop("1"), "one")
    world.ledger.note_release("churn", drop("1").release, {"outcome": "failed"})
    world.executions.running.clear()
    assert world.arrive(drop("2", minute=1), "two") == LeaseAnswer("held")
    assert world.ledger.read_endpoint("churn").live is None


def test_a_lease_is_not_taken_over_while_its_owner_runs(world: World) -> None:
    world.ledger.endpoints["churn"] = EndpointRecord("churn", lease=lease(drop("1"), "one"))
    world.executions.running.add(execution("one"))
    assert world.arrive(drop("2", minute=1), "two").verdict == "parked"


def test_a_lease_that_was_just_taken_is_left_to_an_owner_who_is_not_known_yet(world: World) -> None:
    world.arrive(drop("1"), "one")
    world.executions.unknown.add(execution("one"))
    with pytest.raises(ServiceBusy, match="just taken"):
        world.arrive(drop("2", minute=1), "two")
    held = world.ledger.read_endpoint("churn").lease
    assert held is not None
    assert held.owner == execution("one")
    world.clock.advance(seconds=61)
    answer = world.ask(drop("2", minute=1), "two")
    assert (answer.verdict, answer.abandoned) == ("held", drop("1").release)


def test_an_abandoned_release_is_not_forgotten_when_its_cleaner_dies_as_well(world: World) -> None:
    first, second, third = drop("1"), drop("2", minute=1), drop("3", minute=2)
    world.arrive(first, "one")
    world.executions.running.clear()
    assert world.arrive(second, "two").abandoned == first.release
    world.executions.running.clear()
    assert world.arrive(third, "three").abandoned == first.release
    left = world.ledger.read_endpoint("churn").abandoned
    assert left == (first.release, second.release)


def test_an_abandoned_release_outlives_a_lease_that_was_given_back(world: World) -> None:
    first, second, third = drop("1"), drop("2", minute=1), drop("3", minute=2)
    world.arrive(first, "one")
    world.executions.running.clear()
    world.arrive(second, "two")
    world.end(second, "two", succeeded=False)
    assert world.arrive(third, "three").abandoned == first.release


def test_a_drop_that_was_put_out_is_recorded_even_if_the_first_try_is_lost(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = drop("1"), drop("2", minute=1), drop("3", minute=2)
    world.arrive(first, "one")
    world.arrive(second, "two")

    def busy(*_: object, **__: object) -> None:
        raise ServiceBusy("DynamoDB throttled")

    with monkeypatch.context() as trouble, pytest.raises(ServiceBusy):
        trouble.setattr(world.ledger, "close_drop", busy)
        world.arrive(third, "three")
    assert world.ask(third, "three").verdict == "parked"
    assert world.outcome(second) == "superseded"
    assert world.ledger.drops["artifacts", second.key, second.version_id]["outcome"] == "superseded"
    assert world.ledger.read_endpoint("churn").superseded == ()


def test_a_drop_for_an_endpoint_that_sleeps_is_told_so(world: World) -> None:
    asleep = Asleep("2026-03-01T20:00:00+00:00", "", "config", phase="asleep")
    world.ledger.endpoints["churn"] = EndpointRecord("churn", 1, live=live(drop()), asleep=asleep)
    assert world.arrive(drop("2", minute=1), "two") == LeaseAnswer("held", asleep=True)


def test_what_an_endpoint_woke_on_outlives_an_execution_that_died(world: World) -> None:
    other = replace(live(drop()), instance_type="ml.m5.xlarge", config="churn-on-another-type")
    world.ledger.open_release(planned(drop(), outcome="succeeded"))
    world.ledger.endpoints["churn"] = EndpointRecord(
        "churn", 1, live=other, lease=lease(drop(), "dead")
    )
    assert world.arrive(drop("2", minute=1), "two").verdict == "held"
    assert world.ledger.read_endpoint("churn").live == other
