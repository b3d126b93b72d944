"""A burst from look to look: claims, extensions, refusals, other executions, and the end."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from slipway.domain.alarm_change import AlarmChange
from slipway.domain.capacity.burst import Point
from slipway.domain.capacity.claims import BURST, Claim, of_source
from slipway.domain.capacity.demand import Readings
from slipway.domain.ended import Ended
from slipway.domain.lease import Lease
from slipway.domain.release import Drop
from slipway.usecases.burst_look import LATER, SOON, WATCH, WATCHES, Look, Seen
from slipway.usecases.claim_burst import Bursting
from slipway.usecases.condemn_release import condemn_release
from slipway.usecases.end_burst import Ending, end_burst
from slipway.usecases.reapply_floor import reapply_floor
from slipway.usecases.recover_burst import recover_burst
from slipway.usecases.release_elsewhere import Refusal, release_elsewhere
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.make import MACHINE, drop, planned, record, serve
from tests.fakes.usage import FakeActivities
from tests.fakes.world import (
    FakeAnnouncer,
    FakeExecutions,
    FakeGuards,
    FakeSageMaker,
    FakeScaling,
)

if TYPE_CHECKING:
    from datetime import datetime

OWN, OTHER = "arn:burst:one", "arn:burst:other"
LIVE = drop("1")
NO_ROOM = "Failed to set desired instance count to 10. Reason: The account-level service limit"


class FakeDemand:
    """Implements DemandReader: requests a minute, and requests within an instance at once."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.minutes: list[float] = [600, 600, 600]
        self.crowd: list[float] = [1, 1, 1]
        self.usual = 1.0

    def read(
        self, endpoint: str, variant: str, metric: str, instances: int, now: datetime
    ) -> Readings:
        assert metric == "invocations"
        return Readings(instances, self._of(self.minutes, 60), self._of(self.crowd, 10), self.usual)

    def _of(self, values: list[float], step: int) -> list[Point]:
        end = self.clock.now().timestamp() - 60
        return [Point(end - step * back, value) for back, value in enumerate(reversed(values))][
            ::-1
        ]


class World:
    """Version 1 serves on two instances that are meant to have 600 requests a minute each."""

    def __init__(self) -> None:
        self.ledger, self.sagemaker, self.clock = FakeLedger(), FakeSageMaker(), FakeClock()
        self.scaling, self.guards, self.executions = FakeScaling(), FakeGuards(), FakeExecutions()
        self.announcer, self.activities = FakeAnnouncer(), FakeActivities()
        self.demand = FakeDemand(self.clock)
        self.live = serve(LIVE, self.ledger, self.sagemaker)
        self.alarm = f"slipway-churn/{self.live.variant}/demand"
        types = ["ml.m5.large", "ml.m5.xlarge"]
        facts = {
            "made": {"alarms": [self.alarm, f"{self.alarm}-minutes"]},
            "policy": {"burst_hold_seconds": 300, "instance_types": types},
        }
        self.ledger.note_release("churn", self.live.release, facts)

    def bursting(self) -> Bursting:
        return Bursting(
            ledger=self.ledger,
            endpoints=self.sagemaker,
            bounds=self.scaling,
            demand=self.demand,
            alarms=self.guards,
            activities=self.activities,
            executions=self.executions,
            announcer=self.announcer,
            clock=self.clock,
        )

    def look(self, seen: Seen | None = None, execution: str = OWN) -> Seen:
        carried: dict[str, Any] = (
            {}
            if seen is None
            else {
                "first": seen.verdict == "watching",
                "count": seen.count,
                "since": seen.since,
                "looks": 1,
            }
        )
        return self.bursting().look(Look(execution, "churn", alarm="Alarm demand", **carried))

    def end(self, seen: Seen) -> dict[str, Any]:
        return end_burst(
            Ending(OWN, "churn", seen.floor, seen.began, "It is over"),
            ledger=self.ledger,
            endpoints=self.sagemaker,
            bounds=self.scaling,
            announcer=self.announcer,
            clock=self.clock,
        )

    def reapply(self) -> str:
        return reapply_floor(
            "churn",
            ledger=self.ledger,
            endpoints=self.sagemaker,
            bounds=self.scaling,
            activities=self.activities,
            clock=self.clock,
        ).verdict

    def recover(self, ended: Ended) -> str:
        found = recover_burst(
            ended,
            ledger=self.ledger,
            endpoints=self.sagemaker,
            bounds=self.scaling,
            executions=self.executions,
            announcer=self.announcer,
            clock=self.clock,
        )
        return str(found["verdict"])

    def allow(self, *types: str) -> None:
        """Let the spec have these types."""
        policy = {"burst_hold_seconds": 300, "instance_types": list(types)}
        self.ledger.note_release("churn", self.live.release, {"policy": policy})

    def refuse(self, words: str) -> None:
        self.activities.fail(words, self.clock.now())

    def scale(self, count: int) -> None:
        state = self.sagemaker.endpoints["churn"]
        (variant,) = state.variants
        scaled = replace(variant, current_count=count, desired_count=count)
        self.sagemaker.endpoints["churn"] = replace(state, variants=(scaled,))

    @property
    def claims(self) -> tuple[Claim, ...]:
        return self.ledger.read_endpoint("churn").claims

    @property
    def bounds(self) -> tuple[int, int]:
        (target,) = self.scaling.targets.values()
        return target["MinCapacity"], target["MaxCapacity"]

    def elsewhere(self, seen: Seen) -> str:
        refusal = Refusal(OWN, "churn", seen.reason, seen.began, seen.floor)
        return release_elsewhere(
            refusal,
            machine=MACHINE,
            ledger=self.ledger,
            starter=self.executions,
            announcer=self.announcer,
            clock=self.clock,
        ).verdict


@pytest.fixture
def world() -> World:
    return World()


def test_demand_that_the_instances_carry_claims_nothing_and_the_alarm_learns(world: World) -> None:
    world.demand.usual = 40.0
    assert world.look().verdict == "unneeded"
    assert (world.claims, world.scaling.targets, world.announcer.news) == ((), {}, [])
    assert world.guards.alarms[world.alarm]["Threshold"] == 80.0


def test_a_jam_of_all_instances_that_there_may_be_teaches_the_alarm_nothing(world: World) -> None:
    world.demand.usual = 40.0
    world.demand.minutes = [9000, 9000, 9000]
    world.scale(10)
    assert world.look().verdict == "unneeded"
    assert world.guards.alarms == {}


def test_an_alarm_that_rings_is_watched_until_it_is_plain_what_comes(world: World) -> None:
    world.demand.crowd = [1, 5, 6]
    world.guards.ringing = {world.alarm: "Threshold Crossed"}
    seen = world.look()
    assert (seen.verdict, seen.seconds) == ("watching", WATCH)
    assert world.claims == ()
    world.demand.crowd = [5, 6, 20]
    world.clock.advance(seconds=10)
    assert world.look(seen).verdict == "holding"
    assert world.announcer.kinds == ["Burst Started"]


def test_an_alarm_that_keeps_ringing_without_need_is_not_watched_for_ever(world: World) -> None:
    world.guards.ringing = {world.alarm: "Threshold Crossed"}
    bursting = world.bursting()
    looks = [bursting.look(Look(OWN, "churn", looks=number)) for number in range(WATCHES + 1)]
    assert [seen.verdict for seen in looks] == ["watching"] * WATCHES + ["unneeded"]
    assert world.alarm in world.guards.alarms


def test_a_surge_claims_at_once_and_tells_once(world: World) -> None:
    world.demand.minutes = [600, 1200, 3600]
    seen = world.look()
    assert (seen.verdict, seen.floor, seen.seconds) == ("holding", 10, SOON)
    assert world.bounds == (10, 10)
    (news,) = world.announcer.news
    assert news.kind == "Burst Started"
    assert news.facts["floor"] == 10
    assert "3,600 requests a minute need 6 instances and 2 serve" in news.reason
    world.scale(10)
    world.clock.advance(minutes=1)
    assert world.look(seen).seconds == LATER
    assert world.announcer.kinds == ["Burst Started"]


def test_queues_claim_before_the_minutes_show_it(world: World) -> None:
    world.demand.crowd = [1, 9, 30]
    seen = world.look()
    assert (seen.verdict, seen.floor) == ("holding", 10)
    assert "as many requests as usual queue" in seen.reason


def test_what_instances_had_before_there_were_more_of_them_says_nothing(world: World) -> None:
    world.demand.crowd = [1, 9, 30]
    seen = world.look()
    world.scale(5)
    world.clock.advance(seconds=30)
    again = world.look(seen)
    assert again.since == world.clock.now().isoformat()
    assert "queue" not in again.reason


@pytest.mark.parametrize("pressing", [True, False])
def test_a_claim_is_extended_only_while_demand_presses(world: World, pressing: bool) -> None:
    world.demand.minutes = [3600, 3600, 3600]
    seen = world.look()
    assert seen.floor == 7
    world.scale(2 if pressing else 7)
    world.clock.advance(minutes=2)
    again = world.look(seen)
    assert (again.until > seen.until) is pressing
    assert (again.floor, len(world.claims)) == (7, 1)
    world.scale(7)
    world.clock.advance(minutes=15)
    assert world.look(again).verdict == "over"


def test_a_second_execution_joins_the_first_one_unless_that_has_died(world: World) -> None:
    world.demand.minutes = [3600, 3600, 3600]
    world.look()
    world.executions.running = {OWN}
    assert world.look(execution=OTHER).verdict == "joined"
    world.executions.running = set()
    assert world.look(execution=OTHER).verdict == "holding"
    (claim,) = world.claims
    assert claim.by == OTHER


def test_claims_of_others_stay(world: World) -> None:
    record = world.ledger.read_endpoint("churn")
    event = Claim("event:sale", 4, "", "2026-03-02T08:00:00+00:00")
    world.ledger.write_endpoint(replace(record, claims=(event,)))
    world.demand.minutes = [3600, 3600, 3600]
    seen = world.look()
    assert {claim.source for claim in world.claims} == {"event:sale", BURST}
    world.end(seen)
    assert world.claims == (event,)
    assert world.bounds == (4, 10)


def test_the_end_hands_back_and_tells_and_may_be_repeated(world: World) -> None:
    world.demand.minutes = [3600, 3600, 3600]
    seen = world.look()
    world.clock.advance(minutes=20)
    for _ in range(2):
        world.end(seen)
        assert (world.claims, world.bounds) == ((), (2, 10))
    ended = world.announcer.news[-1]
    assert (ended.kind, ended.facts["floor"], ended.facts["minutes"]) == ("Burst Ended", 7, 20)


def test_the_end_leaves_the_claim_of_another_execution(world: World) -> None:
    world.demand.minutes = [3600, 3600, 3600]
    seen = world.look(execution=OTHER)
    world.end(seen)
    assert of_source(world.claims, BURST) is not None


def test_where_aws_refuses_it_is_asked_for_half_and_later_for_all_again(world: World) -> None:
    world.allow("ml.m5.large")
    world.demand.minutes = [3600, 3600, 3600]
    seen = world.look()
    world.refuse(NO_ROOM)
    world.clock.advance(seconds=20)
    refused = world.look(seen)
    assert (refused.verdict, refused.floor, refused.seconds) == ("refused", 7, SOON)
    # Nobody asks for more, neither the claim nor target tracking.
    assert world.bounds == (4, 4)
    world.scale(4)
    world.clock.advance(seconds=20)
    granted = world.look(refused)
    assert (granted.verdict, granted.seconds, world.bounds) == ("refused", LATER, (4, 4))
    # What was refused then says nothing about what is asked for now.
    world.clock.advance(minutes=16)
    world.guards.ringing = {world.alarm: "Threshold Crossed"}
    world.demand.minutes = [6000, 6000, 6000]
    again = world.look(replace(granted, verdict="watching"))
    assert (again.verdict, world.bounds) == ("holding", (10, 10))


def test_a_claim_is_halved_once_for_each_answer_of_aws(world: World) -> None:
    world.allow("ml.m5.large")
    world.demand.minutes = [6000, 6000, 6000]
    seen = world.look()
    world.refuse(NO_ROOM)
    for floors in ((6, 6), (6, 6)):
        world.clock.advance(seconds=20)
        seen = world.look(seen)
        assert world.bounds == floors
    world.refuse(NO_ROOM)
    world.clock.advance(seconds=20)
    world.look(seen)
    assert world.bounds == (4, 4)


def test_an_endpoint_that_is_back_because_aws_refused_is_not_asked_for_the_same_again(
    world: World,
) -> None:
    world.demand.minutes = [6000, 6000, 6000]
    world.look()
    assert world.bounds == (10, 10)
    world.refuse(NO_ROOM)
    world.clock.advance(minutes=28)
    known = world.ledger.read_endpoint("churn")
    lasting = tuple(replace(each, until="") for each in known.claims)
    world.ledger.write_endpoint(replace(known, claims=lasting))
    assert world.reapply() == "applied"
    assert world.bounds == (2, 2)


def test_a_claim_that_nobody_took_back_is_taken_back_when_the_endpoint_is_next_in_service(
    world: World,
) -> None:
    world.demand.minutes = [6000, 6000, 6000]
    world.look()
    world.clock.advance(minutes=6)
    assert world.bounds == (10, 10)
    assert [world.reapply(), world.reapply()] == ["applied", "nothing"]
    assert (world.bounds, world.claims) == ((2, 10), ())


@pytest.mark.parametrize(("by", "kept"), [(OWN, False), (OTHER, True)])
def test_a_burst_whose_execution_died_is_ended_and_told_once(
    world: World, by: str, kept: bool
) -> None:
    world.demand.minutes = [6000, 6000, 6000]
    world.look(execution=by)
    ended = Ended(OWN, "ABORTED", given={"endpoint": "churn", "alarm": "Too much"})
    for _ in range(2):
        world.recover(ended)
    assert bool(world.claims) is kept
    assert world.bounds == ((10, 10) if kept else (2, 10))
    told = [each.reason for each in world.announcer.news if each.kind == "Burst Ended"]
    assert len(told) == (0 if kept else 1)
    assert all(each.startswith("The burst ends early: its execution was aborted") for each in told)


def test_a_burst_that_was_redriven_keeps_its_claim(world: World) -> None:
    world.demand.minutes = [6000, 6000, 6000]
    world.look()
    world.executions.running = {OWN}
    assert world.recover(Ended(OWN, "FAILED", given={"endpoint": "churn"})) == "nothing"
    assert world.claims != ()


def test_the_claim_of_an_event_does_not_defeat_a_refusal(world: World) -> None:
    known = world.ledger.read_endpoint("churn")
    event = Claim("event:sale", 10, "", "2026-03-02T08:00:00+00:00")
    world.ledger.write_endpoint(replace(known, claims=(event,)))
    world.demand.minutes = [6000, 6000, 6000]
    seen = world.look()
    assert world.bounds == (10, 10)
    world.refuse(NO_ROOM)
    world.clock.advance(seconds=20)
    # Another type comes first: a shortage takes half an hour to admit.
    seen = world.look(seen)
    assert (seen.verdict, world.bounds) == ("refused", (2, 2))
    assert world.elsewhere(seen) == "started"
    tried = Drop.from_dict([*world.executions.started.values()][-1]["drop"])
    world.ledger.open_release(record(tried, outcome="failed"))
    for _ in range(2):
        assert world.elsewhere(seen) == "nothing"
        world.clock.advance(seconds=20)
        seen = world.look(seen)
        assert world.bounds == (6, 6)


def test_a_failure_of_another_kind_is_no_refusal(world: World) -> None:
    world.demand.minutes = [3600, 3600, 3600]
    seen = world.look()
    world.refuse("The endpoint is being updated")
    assert world.look(seen).verdict == "holding"


def test_a_refused_burst_releases_what_serves_on_the_next_type_once(world: World) -> None:
    world.demand.minutes = [3600, 3600, 3600]
    seen = replace(world.look(), reason=NO_ROOM)
    assert [world.elsewhere(seen), world.elsewhere(seen)] == ["started", "started"]
    ((name, payload),) = world.executions.started.items()
    assert name.startswith(MACHINE.replace("stateMachine", "execution"))
    assert payload["drop"]["instance_type"] == "ml.m5.xlarge"
    assert payload["drop"]["origin"] == world.live.release
    assert "Version 1 is released on ml.m5.xlarge instead" in world.announcer.news[-1].reason


def test_each_type_is_tried_once_in_a_burst(world: World) -> None:
    world.demand.minutes = [3600, 3600, 3600]
    types = ["ml.m5.large", "ml.m5.xlarge", "ml.c5.xlarge"]
    world.ledger.note_release("churn", world.live.release, {"policy": {"instance_types": types}})
    seen = replace(world.look(), reason=NO_ROOM)
    tried = []
    for _ in types[1:]:
        assert world.elsewhere(seen) == "started"
        payload = [*world.executions.started.values()][-1]
        tried.append(payload["drop"]["instance_type"])
        world.ledger.open_release(record(Drop.from_dict(payload["drop"]), outcome="failed"))
    assert tried == types[1:]
    assert world.elsewhere(seen) == "nothing"
    assert "ml.m5.xlarge, ml.c5.xlarge came to nothing" in world.announcer.news[-1].reason


def test_a_release_that_runs_goes_first(world: World) -> None:
    record = world.ledger.read_endpoint("churn")
    running = planned(drop("2", minute=1))
    world.ledger.open_release(running)
    lease = Lease("arn:release", running.release, "now")
    world.ledger.write_endpoint(replace(record, lease=lease))
    world.demand.minutes = [3600, 3600, 3600]
    seen = world.look()
    assert seen.verdict == "holding"
    assert world.elsewhere(seen) == "busy"
    assert world.executions.started == {}


def test_without_another_type_people_hear_what_to_do(world: World) -> None:
    record = world.ledger.read_endpoint("churn")
    live = replace(world.live, instance_type="ml.m5.xlarge")
    world.ledger.write_endpoint(replace(record, live=live))
    world.demand.minutes = [3600, 3600, 3600]
    assert world.elsewhere(world.look()) == "nothing"
    assert "hosting.fallback_instance_types" in world.announcer.news[-1].reason


def test_what_rings_because_instances_are_missing_condemns_no_move_to_another_type(
    world: World,
) -> None:
    moving = planned(drop("1", minute=1, instance_type="ml.m5.xlarge"))
    names = {**moving.plan["names"], "variant": world.live.variant}
    plan = {**moving.plan, "names": names, "strategy": "replace"}
    world.ledger.open_release(replace(moving, plan=plan))
    known = world.ledger.read_endpoint("churn")
    lease = Lease("arn:release", moving.release, "now")
    world.ledger.write_endpoint(replace(known, lease=lease))
    name = f"slipway-churn/{world.live.variant}/latency"
    remedy = condemn_release(
        AlarmChange(name, "churn", world.live.variant, "Slow", "09:00"),
        ledger=world.ledger,
        alarms=world.guards,
        failer=world.executions,
        announcer=world.announcer,
        clock=world.clock,
    )
    assert remedy.verdict == "told"
    assert world.ledger.read_release("churn", moving.release).condemned is None


def test_limits_wait_while_a_variant_is_between_two_types(world: World) -> None:
    world.demand.minutes = [3600, 3600, 3600]
    plan = {**planned(LIVE).plan, "strategy": "replace"}
    moving = planned(drop("1", minute=1), plan=plan, made={"endpoint": "updated"})
    world.ledger.open_release(moving)
    known = world.ledger.read_endpoint("churn")
    lease = Lease("arn:release", moving.release, "now")
    world.ledger.write_endpoint(replace(known, lease=lease))
    assert world.look().verdict == "holding"
    assert world.scaling.targets == {}


@pytest.mark.parametrize("what", ["demand", "demand-minutes"])
def test_a_demand_alarm_starts_a_burst_and_condemns_nobody(world: World, what: str) -> None:
    record = world.ledger.read_endpoint("churn")
    running = planned(drop("2", minute=1))
    world.ledger.open_release(running)
    lease = Lease("arn:release", running.release, "now")
    world.ledger.write_endpoint(replace(record, lease=lease))
    variant = running.plan["names"]["variant"]
    alarm = AlarmChange(f"slipway-churn/{variant}/{what}", "churn", variant, "Too much", "09:00")
    remedies = {
        condemn_release(
            alarm,
            ledger=world.ledger,
            alarms=world.guards,
            failer=world.executions,
            announcer=world.announcer,
            clock=world.clock,
        )
        for _ in range(2)
    }
    (remedy,) = remedies
    assert (remedy.verdict, remedy.endpoint) == ("burst", "churn")
    assert remedy.target
    assert world.ledger.read_release("churn", running.release).condemned is None
    assert world.announcer.news == []
    later = replace(alarm, at="10:00")
    assert later.digest != alarm.digest


def test_an_endpoint_that_serves_nothing_has_no_burst(world: World) -> None:
    record = world.ledger.read_endpoint("churn")
    world.ledger.write_endpoint(replace(record, live=None))
    assert world.look().verdict == "over"


def test_a_measured_provisioning_time_decides_how_far_ahead_to_look(world: World) -> None:
    world.demand.minutes = [600, 900, 1200]
    record = world.ledger.read_endpoint("churn")
    quick = replace(record, provisioning=(60,))
    world.ledger.write_endpoint(quick)
    soon = world.look().floor
    slow = World()
    slow.demand.minutes = [600, 900, 1200]
    record = slow.ledger.read_endpoint("churn")
    slow.ledger.write_endpoint(replace(record, provisioning=(600,)))
    assert slow.look().floor > soon
