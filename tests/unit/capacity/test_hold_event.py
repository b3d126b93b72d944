"""A known event from its plan to the last of its instances."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from slipway.domain.capacity.ahead import Ahead
from slipway.domain.capacity.claims import of_source
from slipway.domain.capacity.rest import Asleep
from slipway.domain.spec import EndpointSpec, parse_spec
from slipway.usecases.event_call import Account, EventCall
from slipway.usecases.hold_event import hold_event
from slipway.usecases.plan_events import PHASES, event_schedule
from slipway.usecases.plan_schedules import Calls, plan_live_schedules, plan_schedules
from slipway.usecases.reference import ReleaseRef
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.make import MACHINE, drop, execution, serve
from tests.fakes.usage import FakeActivities, FakeUsage
from tests.fakes.world import FakeAnnouncer, FakeSageMaker, FakeScaling, FakeSchedules, FakeStore

if TYPE_CHECKING:
    from slipway.domain.capacity.claims import Claim

HOLD, REST, DRIFT = "arn:hold", "arn:rest", "arn:drift"
CALLS = Calls(HOLD, REST, DRIFT)
BEGIN = datetime(2026, 3, 2, 12, tzinfo=UTC)
END = BEGIN + timedelta(hours=1)
MINUTE = timedelta(minutes=1)


class World:
    """An endpoint that serves with 2 instances, may have 10, and knows of a sale at noon."""

    def __init__(self) -> None:
        self.ledger, self.sagemaker, self.scaling = FakeLedger(), FakeSageMaker(), FakeScaling()
        self.schedules, self.usage, self.activities = FakeSchedules(), FakeUsage(), FakeActivities()
        self.announcer, self.store, self.clock = FakeAnnouncer(), FakeStore(), FakeClock()
        self.live = serve(drop(), self.ledger, self.sagemaker)

    def plan(self, **event: Any) -> dict[str, Any]:
        return self.plan_spec(spec(**event) if event else EndpointSpec())

    def plan_spec(self, settings: EndpointSpec) -> dict[str, Any]:
        return plan_schedules(
            "churn",
            settings,
            CALLS,
            ledger=self.ledger,
            endpoints=self.sagemaker,
            bounds=self.scaling,
            schedules=self.schedules,
            clock=self.clock,
        )

    def schedule(self, phase: str, event: str = "Sale") -> dict[str, Any] | None:
        return self.schedules.schedules.get(event_schedule("churn", event, phase))

    def call(self, phase: str, at: datetime) -> dict[str, Any]:
        """Let a schedule fire that is there."""
        self.clock.time = at
        schedule = self.schedule(phase)
        assert schedule is not None
        return self.hold(schedule["payload"])

    def hold(self, payload: dict[str, Any]) -> dict[str, Any]:
        account = Account(
            endpoints=self.sagemaker,
            bounds=self.scaling,
            usage=self.usage,
            activities=self.activities,
            announcer=self.announcer,
            schedules=self.schedules,
        )
        call = EventCall.parse(payload)
        return hold_event(call, account, ledger=self.ledger, clock=self.clock)

    def grow(self, count: int) -> None:
        self.sagemaker.set_count("churn", self.live.variant, count)
        self.sagemaker.settle("churn")

    def demand(self, at: datetime, instances: float) -> None:
        """Let the two minutes before a moment need so many instances."""
        for minutes in (1, 2):
            self.usage.add(self.live.variant, at - minutes * MINUTE, instances * 600)

    @property
    def claim(self) -> Claim | None:
        return of_source(self.ledger.read_endpoint("churn").claims, "event:Sale")

    @property
    def limits(self) -> tuple[int, int]:
        target = self.scaling.targets[f"endpoint/churn/variant/{self.live.variant}"]
        return target["MinCapacity"], target["MaxCapacity"]


def spec(**event: Any) -> EndpointSpec:
    values = {"name": "Sale", "from": "2026-03-02T12:00", "until": "2026-03-02T13:00", **event}
    listed = ", ".join(f"{key}: {value}" for key, value in values.items())
    return parse_spec(f"scaling: {{max: 10, events: [{{{listed}}}]}}".encode())


@pytest.fixture
def world() -> World:
    return World()


# --- planning -------------------------------------------------------------------------------------


def test_an_event_gets_its_schedules_ahead_of_it(world: World) -> None:
    record = world.ledger.read_endpoint("churn")
    world.ledger.write_endpoint(replace(record, provisioning=(300, 420)))
    assert world.plan(floor=8) == {"events": ["Sale"]}
    at = {phase: (world.schedule(phase) or {}).get("at") for phase in PHASES}
    assert at == {
        "claim": BEGIN - timedelta(seconds=420 * 1.1 + 60),
        "end": END,
        "gone": END + timedelta(hours=2),
        "look": None,
    }
    assert (world.schedule("claim") or {})["target"] == HOLD


def test_the_ledger_knows_when_events_are_so_that_no_night_takes_them(world: World) -> None:
    world.plan(floor=8)
    (ahead,) = world.ledger.read_endpoint("churn").ahead
    assert ahead == Ahead("Sale", BEGIN.isoformat(), END.isoformat())
    world.plan()
    assert world.ledger.read_endpoint("churn").ahead == ()


def test_planning_again_changes_nothing(world: World) -> None:
    world.plan(floor=8)
    before, record = dict(world.schedules.schedules), world.ledger.read_endpoint("churn")
    world.plan(floor=8)
    assert world.schedules.schedules == before
    assert world.ledger.read_endpoint("churn") == record


def test_an_event_that_is_over_is_ignored(world: World) -> None:
    world.clock.time = END
    assert world.plan(floor=8) == {"events": []}
    assert world.schedule("claim") is None
    assert [*world.schedules.schedules] == ["slipway-churn.drift"]


def test_an_edited_event_has_the_new_times_only(world: World) -> None:
    world.plan(floor=8)
    world.plan(floor=8, until="2026-03-02T15:00")
    assert (world.schedule("end") or {})["at"] == END + timedelta(hours=2)
    assert len(world.ledger.read_endpoint("churn").events) == 1


def test_an_event_that_is_taken_out_leaves_no_schedule_and_no_claim(world: World) -> None:
    world.plan(floor=8)
    world.call("claim", BEGIN - 10 * MINUTE)
    assert world.limits == (8, 10)
    world.plan()
    assert world.schedule("claim") is None
    assert [*world.schedules.schedules] == ["slipway-churn.drift"]
    assert world.claim is None
    assert world.limits == (2, 10)


def test_an_event_that_is_moved_away_while_it_runs_gives_its_instances_back(world: World) -> None:
    world.plan(floor=8)
    world.call("claim", BEGIN - 10 * MINUTE)
    world.plan(**{"floor": 8, "from": "2026-03-03T12:00", "until": "2026-03-03T13:00"})
    assert world.claim is None
    assert world.limits == (2, 10)


def test_an_event_that_is_edited_while_it_runs_keeps_its_instances(world: World) -> None:
    world.plan(floor=8)
    world.call("claim", BEGIN - 10 * MINUTE)
    world.clock.time = BEGIN + 10 * MINUTE
    world.plan(floor=6)
    assert world.limits == (8, 10)
    world.call("claim", BEGIN + 11 * MINUTE)
    assert world.limits == (6, 10)


def test_what_an_old_schedule_says_does_not_count(world: World) -> None:
    world.plan(floor=8)
    old = (world.schedule("claim") or {})["payload"]
    world.plan(floor=4)
    assert world.hold(old)["phase"] == "stale"
    assert world.claim is None


def test_the_schedules_of_a_release_that_no_longer_serves_are_not_planned(world: World) -> None:
    ref = ReleaseRef(execution("one"), MACHINE, "churn", drop().release)
    ports: dict[str, Any] = {
        "ledger": world.ledger,
        "store": world.store,
        "endpoints": world.sagemaker,
        "bounds": world.scaling,
        "schedules": world.schedules,
        "clock": world.clock,
    }
    world.store.write_text(
        "models/churn/endpoint.yaml",
        "scaling: {events: [{name: Sale, from: 2026-03-02T12:00, until: 2026-03-02T13:00,"
        " floor: 8}]}",
    )
    assert plan_live_schedules(ref, CALLS, **ports) == {"events": ["Sale"], "planned": True}
    record = world.ledger.read_endpoint("churn")
    world.ledger.write_endpoint(replace(record, live=None))
    assert not plan_live_schedules(ref, CALLS, **ports)["planned"]


# --- before and during ----------------------------------------------------------------------------


def test_the_instances_are_claimed_and_looked_for_until_they_serve(world: World) -> None:
    world.plan(floor=8)
    held = world.call("claim", BEGIN - 10 * MINUTE)
    assert (held["phase"], held["wanted"], held["verdict"]) == ("hold", 8, "applied")
    assert world.limits == (8, 10)
    assert (world.schedule("look") or {})["until"] == END
    world.grow(8)
    world.call("look", BEGIN - 4 * MINUTE)
    assert world.schedule("look") is None
    assert world.announcer.news == []


def test_a_claim_during_a_change_of_the_endpoint_is_made_again_after_it(world: World) -> None:
    world.plan(floor=8)
    world.sagemaker.set_count("churn", world.live.variant, 3)
    assert world.call("claim", BEGIN - 10 * MINUTE)["verdict"] == "waiting"
    world.sagemaker.settle("churn")
    world.scaling.targets.clear()
    assert world.call("look", BEGIN - 9 * MINUTE)["verdict"] == "applied"
    assert world.limits == (8, 10)


def test_people_hear_once_that_instances_have_not_come(world: World) -> None:
    world.plan(floor=8)
    world.activities.failure = "The account-level service limit is 5 Instances"
    world.call("claim", BEGIN - 9 * MINUTE)
    for minutes in range(-1, 4):
        world.call("look", BEGIN + minutes * MINUTE)
    (news,) = world.announcer.news
    assert news.kind == "Event Short"
    assert news.reason == (
        "Sale wants 8 instances of churn and 2 serve: The account-level service limit is 5 "
        "Instances"
    )


def test_a_factor_is_not_of_instances_that_others_claim(world: World) -> None:
    world.grow(8)
    world.demand(BEGIN - 12 * MINUTE, 1.5)
    world.plan(factor=4)
    assert world.call("claim", BEGIN - 10 * MINUTE)["wanted"] == 6


def test_an_event_that_is_edited_while_it_runs_is_of_what_was_usual_before(world: World) -> None:
    world.demand(BEGIN - 12 * MINUTE, 1.5)
    world.plan(factor=4)
    world.call("claim", BEGIN - 10 * MINUTE)
    world.grow(6)
    world.demand(BEGIN + 18 * MINUTE, 6.0)
    world.clock.time = BEGIN + 20 * MINUTE
    world.plan(factor=6)
    assert world.call("claim", BEGIN + 21 * MINUTE)["wanted"] == 9


def test_what_aws_refuses_of_an_event_is_not_asked_for_again_for_a_while(world: World) -> None:
    world.plan(floor=10)
    world.call("claim", BEGIN - 10 * MINUTE)
    assert world.limits == (10, 10)
    world.activities.fail("The account-level service limit is 7 Instances", world.clock.time)
    world.call("look", BEGIN - 9 * MINUTE)
    # Half of what was to be added: a floor that AWS refuses brings no instance at all.
    assert world.limits == (6, 6)
    world.grow(6)
    held = world.call("look", BEGIN - 8 * MINUTE)
    assert (held["wanted"], held["current"]) == (10, 6)
    assert "service limit is 7" in held["problem"]
    # It is looked further, and all of it asked for again when the refusal is old.
    world.call("look", BEGIN + 7 * MINUTE)
    assert world.limits == (10, 10)


def test_a_factor_is_of_the_usual_demand_at_that_time_of_day(world: World) -> None:
    week = BEGIN - timedelta(days=7)
    world.usage.hours = {week + timedelta(days=day): 60 * 900.0 for day in range(7)}
    world.plan(factor=4)
    assert world.call("claim", BEGIN - 10 * MINUTE)["wanted"] == 6


@pytest.mark.parametrize("fails", [True, False])
def test_without_measurements_a_factor_is_of_what_serves(world: World, fails: bool) -> None:
    world.usage.fails = fails
    world.plan(factor=4)
    assert world.call("claim", BEGIN - 10 * MINUTE)["wanted"] == 8


def test_instances_that_are_late_are_told_by_whichever_look_comes(world: World) -> None:
    world.plan(floor=8)
    world.call("claim", BEGIN - 2 * MINUTE)
    assert world.announcer.news == []
    # Those of the first minutes got lost.
    for minutes in (4, 5):
        world.call("look", BEGIN + minutes * MINUTE)
    (news,) = world.announcer.news
    assert news.reason == "Sale wants 8 instances of churn and 2 serve"


def test_a_factor_that_the_limits_cut_is_told_at_once(world: World) -> None:
    world.plan(factor=10)
    held = world.call("claim", BEGIN - 10 * MINUTE)
    assert (held["wanted"], held["fewest"], held["most"]) == (20, 10, 10)
    (news,) = world.announcer.news
    assert news.reason.startswith("Sale wants 20 instances of churn")


def test_an_endpoint_that_sleeps_gets_its_instances_when_it_wakes(world: World) -> None:
    world.plan(floor=8)
    record = world.ledger.read_endpoint("churn")
    world.ledger.write_endpoint(replace(record, asleep=Asleep("", "", world.live.config)))
    assert world.call("claim", BEGIN - 10 * MINUTE)["verdict"] == "nothing"
    record = world.ledger.read_endpoint("churn")
    world.ledger.write_endpoint(replace(record, asleep=None))
    assert world.call("look", BEGIN - 9 * MINUTE)["verdict"] == "applied"
    assert world.limits == (8, 10)


# --- after ----------------------------------------------------------------------------------------


@pytest.fixture
def held(world: World) -> World:
    world.plan(floor=8)
    world.call("claim", BEGIN - 10 * MINUTE)
    world.grow(8)
    world.call("look", BEGIN)
    return world


def test_the_maximum_comes_down_with_the_demand_and_is_restored(held: World) -> None:
    seen = []
    for minute, load in enumerate([6.6, 5.0, 4.0, 1.0, 1.0]):
        at = END + minute * MINUTE
        held.demand(at, load)
        held.call("end" if minute == 0 else "look", at)
        seen.append(held.limits)
    # Nothing is left to gain in the end, and tomorrow finds the spec's limits.
    assert seen == [(2, 7), (2, 7), (2, 4), (2, 2), (2, 10)]
    assert held.schedule("look") is None
    assert held.claim is None


def test_the_maximum_is_restored_when_the_demand_rises_again(held: World) -> None:
    held.demand(END, 4.0)
    held.call("end", END)
    assert held.limits == (2, 4)
    held.demand(END + MINUTE, 9.0)
    held.call("look", END + MINUTE)
    assert held.limits == (2, 10)


def test_a_burst_after_an_event_is_not_held_down(held: World) -> None:
    from tests.unit.capacity.test_apply_floor import claim_for

    held.demand(END, 4.0)
    held.call("end", END)
    claim_for(held.ledger, held.clock, "burst", 9, minutes=15)
    held.demand(END + MINUTE, 4.0)
    held.call("look", END + MINUTE)
    assert held.limits == (9, 9)


def test_what_is_held_down_is_restored_after_two_hours_whatever_happens(held: World) -> None:
    held.demand(END, 4.0)
    held.call("end", END)
    held.schedules.remove(event_schedule("churn", "Sale", "look"))
    held.call("gone", END + timedelta(hours=2))
    assert held.limits == (2, 10)
    assert held.claim is None


def test_a_release_during_the_fall_does_not_end_it(held: World) -> None:
    held.demand(END, 4.0)
    held.call("end", END)
    held.clock.time = END + MINUTE
    held.plan(floor=8)
    assert held.claim is not None
    assert held.schedule("look") is not None
    held.clock.time = END + timedelta(hours=3)
    held.plan(floor=8)
    assert held.schedule("look") is None


def test_a_look_never_makes_the_schedule_that_calls_it(world: World) -> None:
    # One that is made or changed fires at once: the looks would call each other without end.
    world.plan(floor=8)
    world.call("claim", BEGIN - 10 * MINUTE)
    for minutes in range(1, 5):
        world.call("look", BEGIN - (10 - minutes) * MINUTE)
    world.call("claim", BEGIN - 5 * MINUTE)
    assert len(world.schedules.made) == 1
    world.call("end", END)
    for minutes in range(1, 5):
        world.call("look", END + minutes * MINUTE)
    assert len(world.schedules.made) == 2
