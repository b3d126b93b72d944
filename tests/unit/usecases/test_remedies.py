"""What follows from an alarm, at every moment of a release."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from slipway.domain.alarm_change import AlarmChange
from slipway.domain.capacity.rest import Asleep
from slipway.domain.lease import Lease
from slipway.errors import EndpointBusy, LedgerConflict, RollbackRefused, ServiceBusy
from slipway.usecases.condemn_release import Remedy, condemn_release
from slipway.usecases.revert_promotion import Reverted, revert_promotion
from slipway.usecases.roll_back_release import GoBack, roll_back_release
from tests.fakes.make import MACHINE, drop, execution, planned, record
from tests.fakes.promoted import NEW, OLD, SETTLE, Promoted
from tests.fakes.world import FakeSchedules

EVENTS = Path(__file__).parents[3] / "events"
COMING = drop("3", minute=2)


class World(Promoted):
    """Version 3 is on its way beside version 2, which has settled."""

    def __init__(self) -> None:
        super().__init__()
        self.canary = planned(COMING)

    def come(self) -> World:
        self.ledger.open_release(self.canary)
        self.change(settling=None, lease=Lease(execution("three"), COMING.release, "now"))
        return self

    def alarm(self, variant: str, reason: str = "Threshold Crossed") -> Remedy:
        name = f"slipway-churn/{variant}/server-errors"
        alarm = AlarmChange(name, "churn", variant, reason, "now")
        return condemn_release(
            alarm,
            ledger=self.ledger,
            alarms=self.guards,
            failer=self.executions,
            announcer=self.announcer,
            clock=self.clock,
        )

    def canary_alarm(self, reason: str = "Threshold Crossed") -> Remedy:
        return self.alarm(self.canary.plan["names"]["variant"], reason)

    def arm(self) -> bool:
        return self.ledger.arm_bake("churn", COMING.release, {"token": "bake", "step": 0})

    def revert(self) -> Reverted:
        return revert_promotion(
            self.ref(NEW),
            "Alarm server-errors",
            ledger=self.ledger,
            endpoints=self.sagemaker,
            scaling=self.scaling,
            schedules=self.schedules,
            settle=SETTLE,
            announcer=self.announcer,
            clock=self.clock,
        )


def _variant(world: World) -> str:
    return str(world.canary.plan["names"]["variant"])


@pytest.fixture
def world() -> World:
    return World()


def test_the_alarm_tells_what_it_watches_by_its_dimensions() -> None:
    event = json.loads((EVENTS / "cloudwatch-alarm-rings.json").read_text())
    alarm = AlarmChange.parse(event)
    assert (alarm.endpoint, alarm.variant, alarm.what) == (
        "churn",
        "3-77ab12cd34ef",
        "server-errors",
    )
    assert alarm.reason.startswith("Threshold Crossed")


def test_a_sentence_tells_the_numbers_in_plain_words_and_keeps_cloudwatchs(world: World) -> None:
    world.come().arm()
    event = json.loads((EVENTS / "cloudwatch-alarm-rings.json").read_text())
    remedy = world.canary_alarm(AlarmChange.parse(event).reason)
    assert "errors (HTTP 5xx) were 7.4 % and 6.1 % in 2 of the last 3 minutes" in remedy.reason
    ((_, _, cause),) = world.executions.failed
    assert json.loads(cause)["evidence"]["reason"].startswith("Threshold Crossed: 2 out of")


def test_an_alarm_without_metrics_tells_it_by_its_name() -> None:
    event = json.loads((EVENTS / "cloudwatch-alarm-rings.json").read_text())
    del event["detail"]["configuration"]["metrics"]
    assert AlarmChange.parse(event).variant == "3-77ab12cd34ef"
    event["detail"]["alarmName"] = "slipway-anything"
    assert AlarmChange.parse(event).endpoint == ""


def test_a_token_that_was_there_before_the_alarm_fails(world: World) -> None:
    world.come().arm()
    assert world.canary_alarm().verdict == "condemned"
    ((token, error, cause),) = world.executions.failed
    assert (token, error) == ("bake", "CanaryFailed")
    assert "Threshold Crossed" in json.loads(cause)["errorMessage"]
    assert json.loads(cause)["evidence"]["what"] == "server-errors"


def test_a_token_that_comes_after_the_alarm_is_refused(world: World) -> None:
    world.come()
    assert world.canary_alarm().verdict == "condemned"
    assert world.executions.failed == []
    assert not world.arm()


def test_a_release_that_waits_for_a_person_goes_back_as_well(world: World) -> None:
    world.come()
    world.ledger.open_gate("churn", COMING.release, {"token": "gate", "since": "now"})
    world.canary_alarm()
    assert [token for token, _, _ in world.executions.failed] == ["gate"]


def test_an_alarm_while_weights_move_does_not_wait_for_sagemaker_to_say_so(world: World) -> None:
    world.come()
    world.ledger.store_token("churn", COMING.release, "wait", 0)
    world.ledger.arm_token("churn", "wait")
    # Before the first shift users do not meet it, and the end of that wait is announced.
    assert world.canary_alarm().verdict == "condemned"
    assert world.executions.failed == []
    evidence = {"steps": [{"weight": 5, "asked": "now"}]}
    world.ledger.note_release("churn", COMING.release, {"evidence": evidence, "condemned": None})
    assert world.canary_alarm().verdict == "condemned"
    assert [token for token, _, _ in world.executions.failed] == ["wait"]


def test_the_second_alarm_keeps_the_sentence_and_fails_the_token_again(world: World) -> None:
    world.come().arm()
    first = world.canary_alarm()
    second = world.alarm(self_variant(world), "latency")
    assert second.reason == first.reason
    assert [token for token, _, _ in world.executions.failed] == ["bake", "bake"]


def self_variant(world: World) -> str:
    return str(world.canary.plan["names"]["variant"])


def test_what_rings_for_both_speaks_against_neither_then_and_later(world: World) -> None:
    world.come()
    ours, theirs = (
        f"slipway-churn/{v}/server-errors" for v in (_variant(world), world.new.variant)
    )
    world.guards.ringing = {ours: "crossed", theirs: "crossed"}
    assert world.canary_alarm().verdict == "ignored"
    assert world.ledger.read_release("churn", COMING.release).shared_alarms == ["server-errors"]
    # With all of the traffic on the canary nothing rings beside it.
    del world.guards.ringing[theirs]
    assert world.canary_alarm().verdict == "ignored"
    assert world.ledger.read_release("churn", COMING.release).condemned is None


def test_what_rang_for_both_does_not_undo_the_promotion_either(world: World) -> None:
    world.ledger.note_release("churn", NEW.release, {"shared_alarms": ["server-errors"]})
    assert world.alarm(world.new.variant).verdict == "told"


def test_an_alarm_of_what_serves_does_not_condemn_the_canary(world: World) -> None:
    world.come().arm()
    assert world.alarm(world.new.variant).verdict == "told"
    assert world.executions.failed == []
    assert world.read(COMING).condemned is None
    (news,) = world.announcer.news
    assert (news.kind, news.facts["alarm"]["what"]) == ("Endpoint Alarm", "server-errors")


def test_the_gate_of_a_guarded_deployment_and_strangers_are_ignored(world: World) -> None:
    world.come()
    assert world.alarm("").verdict == "ignored"
    assert world.alarm("somebody-elses").verdict == "ignored"
    assert world.alarm(world.old.variant).verdict == "ignored"
    assert world.announcer.news == []


def test_an_alarm_in_the_very_moment_of_the_promotion_is_looked_at_again(world: World) -> None:
    world.come()
    world.ledger.conclude("churn", COMING.release, {"outcome": "succeeded"})
    with pytest.raises(LedgerConflict):
        world.canary_alarm()


def test_a_fresh_promotion_is_to_be_reverted(world: World) -> None:
    remedy = world.alarm(world.new.variant)
    assert (remedy.verdict, remedy.release) == ("revert", NEW.release)


def test_a_variant_that_stands_by_may_ring(world: World) -> None:
    assert world.alarm(world.old.variant).verdict == "ignored"


def test_there_is_no_way_back_while_the_previous_variant_is_being_taken_away(
    world: World,
) -> None:
    assert world.record.settling is not None
    world.change(settling=replace(world.record.settling, retiring=True))
    assert world.alarm(world.new.variant).verdict == "told"


def test_a_settled_release_is_left_to_people_unless_the_spec_says_otherwise(
    world: World,
) -> None:
    world.change(settling=None)
    told = world.alarm(world.new.variant)
    assert told.verdict == "told"
    assert f"goes back to {OLD.release}" in told.reason
    policy = {"policy": {"revert_when_settled": True}}
    world.ledger.note_release("churn", NEW.release, policy)
    back = world.alarm(world.new.variant)
    assert (back.verdict, back.target) == ("roll-back", OLD.release)


def test_a_revert_gives_the_traffic_back_in_one_change(world: World) -> None:
    assert world.revert() == Reverted("reverted", OLD.release)
    assert world.sagemaker.calls == ["set weights [0.0, 100.0]"]
    assert world.sagemaker.weights("churn") == {world.old.variant: 100.0, world.new.variant: 0.0}
    assert world.record.live == world.old
    (schedule,) = world.schedules.schedules.values()
    assert schedule["payload"] == {"endpoint": "churn", "release": OLD.release}
    assert world.read(NEW).outcome == "rolled-back"
    assert world.announcer.kinds == ["Release Rolled Back"]
    assert "serves version 1 again" in world.announcer.news[0].reason


def test_a_revert_that_sagemaker_refuses_is_scheduled_and_done_later(world: World) -> None:
    world.sagemaker.set_count("churn", world.new.variant, 3)
    with pytest.raises(EndpointBusy):
        world.revert()
    assert world.record.live == world.old
    assert world.schedules.schedules
    # Should it be refused for good, settling moves the traffic, and nobody comes here again.
    assert world.read(NEW).outcome == "rolled-back"
    world.sagemaker.settle("churn")
    assert world.revert().verdict == "reverted"
    assert world.sagemaker.weights("churn")[world.old.variant] == 100.0
    assert world.announcer.kinds == ["Release Rolled Back"]


def test_what_came_back_scales_though_its_end_cannot_be_scheduled(
    world: World,
) -> None:
    class Refusing(FakeSchedules):
        def once(self, *_: object, **__: object) -> None:
            raise ServiceBusy("UpdateSchedule: Conflict")

    world.schedules = Refusing()
    with pytest.raises(ServiceBusy):
        world.revert()
    assert world.sagemaker.weights("churn")[world.old.variant] == 100.0
    assert f"endpoint/churn/variant/{world.old.variant}" in world.scaling.targets
    assert world.read(NEW).outcome == "rolled-back"


def test_what_came_back_scales_with_the_demand(world: World) -> None:
    world.revert()
    (resource,) = world.scaling.targets
    assert resource.endswith(world.old.variant)
    assert not any(world.scaling.targets[resource]["SuspendedState"].values())
    assert resource in world.scaling.policies


def test_what_is_being_taken_away_does_not_come_back(world: World) -> None:
    assert world.record.settling is not None
    world.change(settling=replace(world.record.settling, retiring=True))
    assert world.revert().verdict == "too-late"
    assert world.sagemaker.calls == []
    assert world.read(NEW).outcome == "succeeded"


def go_back(world: World, release: str = "") -> str:
    wanted = GoBack("churn", release, world.clock.now())
    started = roll_back_release(
        wanted, machine=MACHINE, ledger=world.ledger, starter=world.executions
    )
    return started.release


def test_a_kept_release_is_released_again_from_its_accepted_bytes(world: World) -> None:
    release = go_back(world)
    ((name, payload),) = world.executions.started.items()
    again = payload["drop"]
    assert name == execution(f"{release.rpartition('-')[2]}-1")
    assert (again["version"], again["origin"]) == ("1", OLD.release)
    assert again["key"] == "accepted/sha-1/model.tar.gz"
    assert release != OLD.release


def test_going_back_twice_makes_two_releases(world: World) -> None:
    first = go_back(world, OLD.release)
    world.clock.advance(minutes=1)
    assert go_back(world, OLD.release) != first


@pytest.mark.parametrize("release", ["9-none", NEW.release])
def test_only_what_is_kept_can_be_gone_back_to(world: World, release: str) -> None:
    with pytest.raises(RollbackRefused):
        go_back(world, release)


def test_nothing_is_gone_back_from_where_nothing_serves(world: World) -> None:
    world.change(live=None)
    with pytest.raises(RollbackRefused, match="serves nothing"):
        go_back(world)


def test_what_was_forgotten_or_failed_is_not_kept(world: World) -> None:
    world.ledger.note_release("churn", OLD.release, {"inspection": {"accepted": ""}})
    world.ledger.open_release(record(drop("0"), outcome="failed"))
    with pytest.raises(RollbackRefused, match="kept: none"):
        go_back(world)


def test_nothing_follows_from_the_alarms_of_an_endpoint_that_sleeps(world: World) -> None:
    world.change(asleep=Asleep("2026-03-02T20:00:00+00:00", "", "config"))
    assert world.alarm(world.new.variant).verdict == "ignored"
    assert world.announcer.news == []
