"""What goes to sleep, in which order, and what is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from slipway.domain.capacity.rest import AGAIN, Phase
from slipway.domain.lease import Parked
from slipway.domain.naming import schedule_name
from slipway.errors import (
    EndpointBusy,
    EndpointMissing,
    LeaseLost,
    NameTaken,
    ServiceBusy,
)
from slipway.usecases.take_turn import take_turn
from tests.fakes.make import drop, execution, lease
from tests.fakes.rest import DUE, OWNER, REST, WAKE, Bed


def test_the_snapshot_has_everything_and_is_taken_once(bed: Bed) -> None:
    bed.begin()
    bed.snapshot(WAKE)
    kept = bed.record.asleep
    assert kept
    assert kept.snapshot["counts"] == {bed.live.variant: 2}
    assert kept.snapshot["tags"]["team"] == "retention"
    assert kept.snapshot["types"] == ["ml.m5.large", "ml.m5.xlarge", "ml.c5.xlarge"]
    assert [a["AlarmName"] for a in kept.snapshot["alarms"]] == [bed.alarm]
    assert len(kept.snapshot["targets"]) == len(kept.snapshot["policies"]) == 1
    bed.quiet()
    bed.snapshot(WAKE)
    assert bed.record.asleep == kept


def test_nothing_is_kept_of_what_is_not_slipways(bed: Bed) -> None:
    bed.begin()
    bed.sagemaker.endpoints["churn"] = replace(bed.sagemaker.endpoints["churn"], config="other")
    with pytest.raises(NameTaken, match="left awake"):
        bed.snapshot()
    bed.sagemaker.endpoints["churn"] = replace(bed.sagemaker.endpoints["churn"], status="Updating")
    with pytest.raises(EndpointBusy):
        bed.snapshot()
    del bed.sagemaker.endpoints["churn"]
    with pytest.raises(EndpointMissing):
        bed.snapshot()
    assert bed.record.asleep is None


def test_guards_rest_and_schedules_that_look_at_traffic_pause(bed: Bed) -> None:
    drift, settle = (schedule_name("churn", purpose) for purpose in ("drift", "settle"))
    bed.schedules.schedules = {drift: {}, settle: {}}
    bed.begin()
    bed.snapshot()
    assert bed.quiet() == bed.quiet() == {"paused": [drift]}
    assert bed.scaling.targets == {}
    assert bed.schedules.schedules == {drift: {"paused": True}, settle: {}}


@pytest.mark.parametrize("missing", ["missing", "ignore", "notBreaching"])
def test_an_alarm_that_does_not_ring_on_silence_is_left_alone(bed: Bed, missing: str) -> None:
    bed.guards.alarms[bed.alarm] = {**bed.guards.alarms[bed.alarm], "TreatMissingData": missing}
    before, puts = dict(bed.guards.alarms), bed.guards.puts
    bed.sleep()
    bed.begin_wake()
    bed.restore()
    assert bed.guards.alarms == before
    assert bed.guards.puts == puts


def test_alarms_that_ring_on_silence_are_written_once_each_though_throttled(bed: Bed) -> None:
    loud = {**bed.guards.alarms[bed.alarm], "TreatMissingData": "breaching"}
    names = [bed.alarm, bed.alarm + "-2", bed.alarm + "-3"]
    bed.guards.alarms = {name: {**loud, "AlarmName": name} for name in names}
    evening, bed.guards.puts = dict(bed.guards.alarms), 0
    bed.begin()
    bed.snapshot()
    bed.guards.throttled_after = 2
    with pytest.raises(ServiceBusy):
        bed.quiet()
    bed.guards.throttled_after = -1
    bed.quiet()
    assert {a["TreatMissingData"] for a in bed.guards.alarms.values()} == {"notBreaching"}
    assert bed.guards.puts == 3
    bed.guards.throttled_after = 1
    with pytest.raises(ServiceBusy):
        bed.restore()
    bed.guards.throttled_after = -1
    bed.restore()
    assert bed.guards.alarms == evening
    assert bed.guards.puts == 6


def test_one_after_the_other_begins(evening: Bed) -> None:
    assert evening.begin(DUE).wait == 0
    waits = [take_turn("sleep", ledger=evening.ledger, now=evening.clock.now()) for _ in range(3)]
    assert waits == [1, 2, 3]
    evening.clock.advance(seconds=2)
    assert evening.begin(DUE).wait == 2
    assert take_turn("wake", ledger=evening.ledger, now=evening.clock.now()) == 0


def test_waking_counts_from_its_turn(asleep: Bed) -> None:
    for _ in range(30):
        take_turn("wake", ledger=asleep.ledger, now=asleep.clock.now())
    assert asleep.begin_wake().wait == 30
    assert asleep.record.asleep
    began = asleep.clock.now() + timedelta(seconds=30)
    assert asleep.record.asleep.woken == began.isoformat()


def test_nothing_is_deleted_without_a_snapshot(bed: Bed) -> None:
    bed.begin()
    with pytest.raises(LeaseLost):
        bed.remove()
    assert "churn" in bed.sagemaker.endpoints


def test_one_that_is_not_gone_in_hours_is_looked_at_again_and_not_woken(evening: Bed) -> None:
    begun = evening.begin(DUE)
    evening.snapshot(begun.until)
    evening.quiet()
    evening.remove()
    evening.clock.advance(hours=2)
    evening.end("failed", again="sleep", Error="EndpointTooSlow", Cause="not deleted in two hours")
    assert "is half asleep: " in evening.announcer.news[-1].reason
    schedule = evening.schedules.schedules[schedule_name("churn", "wake-again")]
    assert evening.record.asleep
    since = evening.record.asleep.since
    assert schedule["payload"] == {"endpoint": "churn", "action": "sleep", "due": since}
    evening.clock.advance(minutes=15)
    assert evening.begin(since).verdict == "sleep"
    evening.sagemaker.settle("churn")
    assert evening.remove()
    evening.end("asleep")
    assert evening.record.state == "asleep"


def test_nobody_else_removes_it(bed: Bed) -> None:
    bed.begin()
    bed.snapshot()
    bed.change(lease=lease(drop("1"), "two"))
    with pytest.raises(LeaseLost):
        bed.remove()


def test_an_endpoint_that_sleeps_is_told_and_its_lease_is_free(bed: Bed) -> None:
    bed.sleep(until=WAKE)
    assert bed.record.state == "asleep"
    assert bed.record.lease is None
    assert bed.announcer.kinds == ["Endpoint Asleep"]
    # A person said until when, and no schedule may know that.
    schedule = bed.schedules.schedules[schedule_name("churn", "wake-again")]
    assert schedule["at"].isoformat() == WAKE
    assert schedule["payload"] == {"endpoint": "churn", "action": "wake"}


def test_a_drop_that_waited_runs_when_it_sleeps(bed: Bed) -> None:
    bed.begin()
    bed.snapshot()
    bed.change(parked=Parked(drop("2", minute=1), execution("two")))
    answer = bed.end("asleep")
    assert answer["handed_to"] in bed.executions.started
    assert bed.record.asleep


def test_an_execution_that_ended_halfway_is_followed_by_another(bed: Bed) -> None:
    bed.begin()
    bed.snapshot()
    bed.rest_on(OWNER)
    bed.rest_on(OWNER)
    (payload,) = bed.executions.started.values()
    assert bed.record.asleep is not None
    assert payload == {"endpoint": "churn", "action": "sleep", "due": bed.record.asleep.since}
    other = OWNER.replace("one", "two")
    assert bed.begin(payload["due"], owner=other).verdict == "sleep"
    assert bed.record.lease
    assert bed.record.lease.owner == other


@pytest.mark.parametrize("phase", ["falling", "waking"])
def test_a_fault_that_lasts_does_not_start_one_execution_after_the_other(
    bed: Bed, phase: Phase
) -> None:
    bed.begin()
    bed.snapshot()
    assert bed.record.asleep is not None
    bed.change(asleep=replace(bed.record.asleep, phase=phase))
    bed.rest_on(OWNER)
    ((second, payload),) = bed.executions.started.items()
    bed.rest_on(second)
    assert [*bed.executions.started] == [second]
    schedule = bed.schedules.schedules[schedule_name("churn", "wake-again")]
    assert schedule["at"] == bed.clock.now() + AGAIN
    assert schedule["payload"] == payload
    assert schedule["target"] == REST


def test_an_endpoint_that_sleeps_or_serves_needs_nobody(asleep: Bed) -> None:
    went_on = f"{REST.replace('stateMachine', 'execution')}:wake-on-1"
    schedules = dict(asleep.schedules.schedules)
    asleep.rest_on(OWNER)
    asleep.rest_on(went_on)
    asleep.change(asleep=None)
    asleep.rest_on(OWNER)
    asleep.rest_on(went_on)
    assert asleep.executions.started == {}
    assert asleep.schedules.schedules == schedules
