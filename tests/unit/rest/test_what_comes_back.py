"""What comes back in the morning, on which type, and what if it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from slipway.domain.capacity.actions import renewed
from slipway.domain.capacity.claims import Claim
from slipway.domain.naming import schedule_name
from slipway.errors import (
    CapacityRefused,
    EndpointBusy,
    EndpointFailed,
    LeaseLost,
    NameTaken,
)
from slipway.usecases.bedtime import Bedtime
from slipway.usecases.begin_wake import begin_wake
from slipway.usecases.hold_rest import hold_rest
from tests.fakes.make import drop, execution, lease
from tests.fakes.rest import DUE, NO_ROOM, WAKE, Bed


def test_it_wakes_as_it_was(asleep: Bed) -> None:
    before = asleep.record.asleep
    assert before
    assert asleep.begin(DUE).verdict == "nothing"
    assert asleep.begin_wake().verdict == "wake"
    asleep.wake()
    assert asleep.ledger.tokens["churn"]["armed"]
    assert asleep.look().verdict == "waiting"
    asleep.clock.advance(minutes=5)
    asleep.sagemaker.settle("churn")
    assert asleep.look().verdict == "serving"
    asleep.restore()
    asleep.end("awake")
    assert asleep.scaling.targets[asleep.resource] == before.snapshot["targets"][0]
    assert asleep.scaling.policies[asleep.resource] == before.snapshot["policies"][0]
    assert list(asleep.guards.alarms.values()) == before.snapshot["alarms"]
    assert asleep.record.state == "serving"
    assert asleep.record.provisioning == (300,)
    assert asleep.announcer.kinds[-1] == "Endpoint Awake"
    assert asleep.begin_wake().verdict == "nothing"


def test_what_borrows_a_lease_takes_none_for_a_release_that_is_over(asleep: Bed) -> None:
    gone = execution("three")
    lent = Bedtime(gone, "churn", machine=asleep.ref.machine)
    asleep.change(lease=None)

    def begin() -> str:
        executions, clock = asleep.executions, asleep.clock
        return begin_wake(lent, ledger=asleep.ledger, executions=executions, clock=clock).verdict

    assert begin() == "nothing"
    assert asleep.record.lease is None
    asleep.executions.running.add(gone)
    assert begin() == "wake"
    asleep.change(lease=None)
    with pytest.raises(LeaseLost, match="lent"):
        hold_rest(replace(asleep.ref, execution=gone), ledger=asleep.ledger, now="now")
    assert asleep.record.lease is None


def test_what_instances_take_is_measured_without_refusals_tests_and_counts(short: Bed) -> None:
    assert short.record.asleep
    short.sagemaker.delete_endpoint("churn")
    short.sagemaker.settle("churn")
    short.clock.advance(hours=1)
    short.wake()
    short.clock.advance(minutes=2)
    short.sagemaker.settle("churn", "Failed", NO_ROOM)
    with pytest.raises(CapacityRefused):
        short.look()
    short.fall_back()
    with pytest.raises(EndpointBusy):
        short.wake()
    short.sagemaker.settle("churn")
    short.clock.advance(minutes=15)
    short.wake()
    short.clock.advance(seconds=280)
    short.sagemaker.settle("churn")
    assert short.look().verdict == "short"
    short.wake()
    short.clock.advance(minutes=4)
    short.sagemaker.settle("churn")
    assert short.look().verdict == "serving"
    short.clock.advance(minutes=6)
    short.end("awake")
    assert short.record.provisioning == (280,)


def test_counts_that_scaling_had_reached_come_back(bed: Bed) -> None:
    bed.sagemaker.set_count("churn", bed.live.variant, 5)
    bed.sagemaker.settle("churn")
    bed.sleep()
    bed.begin_wake()
    bed.wake()
    bed.sagemaker.settle("churn")
    assert bed.look().verdict == "short"
    bed.wake()
    bed.sagemaker.settle("churn")
    assert bed.look().verdict == "serving"
    (variant,) = bed.sagemaker.endpoints["churn"].variants
    assert variant.current_count == 5


def test_with_too_few_instances_it_moves_to_another_type_and_serves_meanwhile(short: Bed) -> None:
    look = short.look()
    assert (look.verdict, look.elsewhere) == ("short", True)
    assert look.short == f"2 of 4 instances of {short.live.variant}"
    assert short.fall_back() == "ml.m5.xlarge"
    short.wake()
    assert short.sagemaker.calls[-1] == "update endpoint churn"
    assert short.look().verdict == "waiting"
    short.sagemaker.settle("churn")
    assert short.look().verdict == "short"
    short.wake()
    short.sagemaker.settle("churn")
    assert short.look().verdict == "serving"
    short.end("awake")
    assert short.record.live
    assert short.record.live.instance_type == "ml.m5.xlarge"
    assert short.announcer.news[-1].reason.startswith(
        "Endpoint churn is awake and serves as before"
    )


def test_where_no_type_has_more_it_stays_on_what_it_has_and_says_so(short: Bed) -> None:
    for kind in ("ml.m5.xlarge", "ml.c5.xlarge"):
        assert short.fall_back() == kind
        short.wake()
        short.sagemaker.settle("churn", failure=NO_ROOM)
        with pytest.raises(CapacityRefused, match=NO_ROOM):
            short.look()
    assert short.fall_back() == "ml.m5.large"
    look = short.look()
    assert (look.verdict, look.elsewhere) == ("short", False)
    short.end("awake", short=look.short)
    assert short.record.live == short.live
    words = short.announcer.news[-1].reason
    assert f"serves with 2 of 4 instances of {short.live.variant}: AWS gives no more" in words
    assert "as before" not in words


def test_fewer_instances_within_the_limits_are_scalings_affair(bed: Bed) -> None:
    bed.sagemaker.set_count("churn", bed.live.variant, 4)
    bed.sagemaker.settle("churn")
    bed.sleep()
    bed.begin_wake()
    bed.wake()
    bed.sagemaker.settle("churn")
    assert bed.look() == ("short", "InService", f"2 of 4 instances of {bed.live.variant}", False)


def test_what_was_claimed_overnight_counts(asleep: Bed) -> None:
    asleep.begin_wake()
    asleep.wake()
    asleep.sagemaker.settle("churn")
    asleep.change(claims=(Claim("event:Sale", 7, "", DUE),))
    asleep.restore()
    assert asleep.scaling.targets[asleep.resource]["MinCapacity"] == 7


def test_scheduled_actions_of_somebody_come_back_unless_they_are_over(bed: Bed) -> None:
    daily = {"ResourceId": bed.resource, "Schedule": "cron(0 8 * * ? *)"}
    past = {"ResourceId": bed.resource, "Schedule": "at(2026-03-02T20:00:00)", "Timezone": "UTC"}
    begun = {**daily, "StartTime": "2026-03-02T18:00:00+00:00"}
    bed.scaling.actions[bed.resource] = [daily, past, begun]
    bed.sleep()
    assert bed.scaling.actions == {}
    bed.clock.advance(hours=12)
    bed.begin_wake()
    bed.restore()
    assert bed.scaling.actions[bed.resource] == [daily, daily]


@pytest.mark.parametrize(
    ("action", "comes_back"),
    [
        ({"Schedule": "rate(1 day)"}, True),
        ({"Schedule": "rate(1 day)", "EndTime": "2026-03-02T08:59:00+00:00"}, False),
        ({"Schedule": "rate(1 day)", "EndTime": "2026-03-02T09:01:00+00:00"}, True),
        ({"Schedule": "at(2026-03-02T09:30:00)"}, True),
        ({"Schedule": "at(2026-03-02T09:30:00)", "Timezone": "Europe/Berlin"}, False),
    ],
)
def test_an_action_is_over_when_nothing_of_it_comes(
    action: dict[str, str], comes_back: bool
) -> None:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert renewed(action, now) == (action if comes_back else None)


def test_a_failed_endpoint_goes_before_it_is_made_again(asleep: Bed) -> None:
    asleep.begin_wake()
    asleep.wake()
    asleep.sagemaker.settle("churn", "Failed", "The container did not start")
    with pytest.raises(EndpointFailed, match="did not start\nThe last lines .*\nno module"):
        asleep.look()
    with pytest.raises(EndpointBusy):
        asleep.wake()
    with pytest.raises(EndpointBusy):
        asleep.wake()
    asleep.sagemaker.settle("churn")
    assert asleep.look().verdict == "missing"
    asleep.wake()
    assert asleep.sagemaker.endpoints["churn"].status == "Creating"


def test_each_allowed_type_is_tried_and_the_last_refusal_is_told(asleep: Bed) -> None:
    asleep.begin_wake()
    asleep.wake()
    asleep.sagemaker.settle("churn", "Failed", NO_ROOM)
    with pytest.raises(CapacityRefused):
        asleep.look()
    assert asleep.fall_back() == "ml.m5.xlarge"
    assert asleep.fall_back() == "ml.c5.xlarge"
    with pytest.raises(CapacityRefused, match=r"ml\.m5\.large, ml\.m5\.xlarge, ml\.c5\.xlarge"):
        asleep.fall_back()
    asleep.end("failed", Error="CapacityRefused", Cause="full")
    again = asleep.record.asleep
    assert again
    assert (again.tried, again.config, again.failures) == ((), asleep.live.config, 1)
    assert asleep.fall_back() == "ml.m5.xlarge", "later the first one may have room again"


def test_on_another_type_the_ledger_says_what_serves(asleep: Bed) -> None:
    release = asleep.ledger.read_release("churn", asleep.live.release)
    most = {"ml.m5.large": 10, "ml.m5.xlarge": 5}
    facts = {"policy": {**release.policy, "most": most}}
    asleep.ledger.note_release("churn", asleep.live.release, facts)
    asleep.begin_wake()
    asleep.fall_back()
    asleep.wake()
    asleep.sagemaker.settle("churn")
    asleep.restore()
    asleep.end("awake")
    serving = asleep.record.live
    assert serving
    assert serving.instance_type == "ml.m5.xlarge"
    assert serving.config == asleep.sagemaker.endpoints["churn"].config != asleep.live.config
    # Four cores are counted together, where two were.
    assert asleep.guards.alarms[asleep.alarm]["Threshold"] == 360.0
    # The budget reaches for half as many of them.
    target = asleep.ledger.read_release("churn", asleep.live.release).scaling["target"]
    (scaled,) = asleep.scaling.targets.values()
    assert target["MaxCapacity"] == scaled["MaxCapacity"] == 5
    made = asleep.ledger.read_release("churn", asleep.live.release).made
    assert made["wake_configs"] == [serving.config]
    assert "on ml.m5.xlarge" in asleep.announcer.news[-1].reason


def test_somebody_elses_endpoint_is_left_alone(asleep: Bed) -> None:
    asleep.begin_wake()
    asleep.sagemaker.configs["other"] = {"EndpointConfigName": "other", "ProductionVariants": []}
    asleep.sagemaker.create_endpoint("churn", "other", {})
    with pytest.raises(NameTaken, match="somebody made it"):
        asleep.look()


def test_a_wake_that_fails_is_tried_again_and_told_each_hour(asleep: Bed) -> None:
    for _ in range(5):
        asleep.begin_wake()
        asleep.end("failed", Error="EndpointFailed", Cause="no start")
        due = asleep.schedules.schedules[schedule_name("churn", "wake-again")]
        assert due["at"] == asleep.clock.now() + timedelta(minutes=15)
        asleep.clock.advance(minutes=15)
    assert asleep.announcer.kinds.count("Endpoint Rest Failed") == 2
    assert asleep.record.lease is None
    assert asleep.record.state == "waking"


def test_one_that_could_not_begin_is_tried_again_too(asleep: Bed) -> None:
    asleep.change(lease=lease(drop("2"), "two"))
    asleep.end("failed", Error="ServiceBusy", Cause="throttled")
    assert schedule_name("churn", "wake-again") in asleep.schedules.schedules
    assert asleep.record.lease == lease(drop("2"), "two")


def test_an_endpoint_that_could_not_sleep_is_awake_and_told(bed: Bed) -> None:
    bed.begin()
    bed.snapshot()
    bed.quiet()
    bed.wake()
    assert bed.executions.woken == ["token"], "nothing of it went"
    assert bed.look().verdict == "serving"
    bed.restore()
    bed.end("awake", Error="AccessDenied", Cause="not yours")
    assert bed.record.asleep is None
    assert bed.guards.alarms[bed.alarm]["TreatMissingData"] == "missing"
    assert bed.announcer.kinds == ["Endpoint Rest Failed"]
    assert "could not be sent to sleep: not yours" in bed.announcer.news[0].reason


def test_without_a_snapshot_nothing_was_touched(bed: Bed) -> None:
    bed.begin()
    bed.wake()
    assert bed.look().verdict == "untouched"
    bed.restore()
    bed.end("awake", Error="EndpointMissing", Cause="gone")
    assert bed.sagemaker.calls == []
    assert bed.announcer.kinds == ["Endpoint Rest Failed"]


def test_a_smoke_test_that_fails_is_told_of_an_endpoint_that_serves(asleep: Bed) -> None:
    asleep.begin_wake()
    asleep.end("awake", Error="SmokeTestFailed", Cause="Line 1 of smoke.jsonl: 3 is not 4")
    assert asleep.announcer.kinds[-2:] == ["Endpoint Awake", "Endpoint Rest Failed"]
    assert "woke, but not as it should" in asleep.announcer.news[-1].reason


def test_a_release_wakes_it_under_its_own_lease(asleep: Bed) -> None:
    coming = drop("2", minute=1)
    asleep.change(lease=lease(coming, "two"))
    assert asleep.begin_wake(owner=execution("two")).verdict == "wake"
    assert asleep.record.lease == lease(coming, "two")
    asleep.executions.running = {execution("two")}
    assert asleep.begin_wake().verdict == "busy"


def test_a_person_may_let_it_sleep_on(bed: Bed) -> None:
    bed.sleep(until="2026-03-09T05:00:00+00:00")
    bed.clock.advance(hours=20)
    assert bed.begin_wake(WAKE).verdict == "nothing"
    assert bed.begin_wake().verdict == "wake", "but whoever asks for it wakes it"


def test_what_is_recorded_twice_changes_nothing(asleep: Bed) -> None:
    asleep.begin_wake()
    asleep.end("awake")
    asleep.change(lease=lease(drop("2"), "two"))
    assert asleep.end("awake")["reason"] == "Recorded before"
    assert asleep.record.lease == lease(drop("2"), "two")


@pytest.mark.parametrize(
    ("late", "woken"), [(timedelta(minutes=59), False), (timedelta(hours=2), True)]
)
def test_one_that_should_be_awake_is_woken_and_told_once_a_day(
    bed: Bed, late: timedelta, woken: bool
) -> None:
    bed.sleep(until=WAKE)
    due = datetime.fromisoformat(WAKE) + late
    bed.clock.advance(seconds=(due - bed.clock.now()).total_seconds())
    told = [bed.check_all() for _ in range(2)]
    assert told == [{"started": 1, "overdue": int(woken)}] * 2
    wakes = [each for each in bed.executions.started.values() if "action" in each]
    assert wakes == [{"endpoint": "churn", "action": "wake"}] * woken
    shouts = [news for news in bed.announcer.news if news.kind == "Endpoint Rest Failed"]
    assert all("sleeps and does not wake: it was due at" in news.reason for news in shouts)
    assert bool(shouts) == woken


def test_one_that_a_person_has_to_wake_is_never_overdue(asleep: Bed) -> None:
    slept = asleep.record.asleep
    assert slept
    asleep.change(asleep=replace(slept, until=""))
    asleep.clock.advance(hours=500)
    assert asleep.check_all()["overdue"] == 0
