"""Sleep and waking, state by state: what holds, what goes, what comes back, what is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from slipway.domain.capacity.actions import renewed
from slipway.domain.capacity.ahead import Ahead
from slipway.domain.capacity.calendar import SleepCalendar
from slipway.domain.capacity.claims import Claim
from slipway.domain.capacity.rest import KEEP_AWAKE
from slipway.domain.lease import Lease, Parked
from slipway.domain.naming import schedule_name
from slipway.domain.settling import Settling
from slipway.errors import (
    CapacityRefused,
    EndpointBusy,
    EndpointFailed,
    EndpointMissing,
    KeptAwake,
    LeaseLost,
    LedgerConflict,
    NameTaken,
    ServiceBusy,
)
from slipway.usecases.plan_sleep import plan_sleep, remember_sleep
from slipway.usecases.request_wake import asked_for, request_wake
from slipway.usecases.rest_on import rest_on
from slipway.usecases.take_turn import take_turn
from tests.fakes.make import drop, execution, lease, live
from tests.fakes.rest import CALENDAR, OWNER, REST, Bed

DUE = "2026-03-02T19:00:00+00:00"  # 20:00 in Berlin
WAKE = "2026-03-03T05:00:00+00:00"
NO_ROOM = "Unable to provision requested ML compute capacity: InsufficientInstanceCapacity"


@pytest.fixture
def bed() -> Bed:
    return Bed()


@pytest.fixture
def evening(bed: Bed) -> Bed:
    bed.clock.advance(hours=10, minutes=5)
    return bed


@pytest.fixture
def asleep(bed: Bed) -> Bed:
    bed.sleep()
    bed.clock.advance(hours=8)
    return bed


# ── may it sleep? ───────────────────────────────────────────────────────────────────────────────


def test_the_calendar_says_until_when(evening: Bed) -> None:
    begun = evening.begin(DUE)
    assert (begun.verdict, begun.until) == ("sleep", WAKE)
    assert evening.record.lease == Lease(OWNER, evening.live.release, "2026-03-02T19:05:00+00:00")
    assert evening.begin(DUE).verdict == "sleep", "a repeated call holds the lease already"


@pytest.mark.parametrize(
    ("due", "hours", "reason"),
    [
        ("2026-03-03T19:00:00+00:00", 34, "leave this day out"),
        (DUE, 21, "The night was over"),
    ],
)
def test_a_day_that_is_left_out_or_over_changes_nothing(
    bed: Bed, due: str, hours: int, reason: str
) -> None:
    bed.clock.advance(hours=hours)
    begun = bed.begin(due)
    assert begun.verdict == "nothing"
    assert reason in begun.reason
    assert bed.record.lease is None


def test_a_schedule_of_settings_that_are_no_more_changes_nothing(evening: Bed) -> None:
    evening.ledger.note_release("churn", evening.live.release, {"policy": {"sleep": None}})
    assert evening.begin(DUE).verdict == "nothing"
    assert evening.begin().verdict == "sleep", "but a person may send it to sleep"


def test_a_person_says_until_when_or_the_calendar_does(bed: Bed) -> None:
    assert bed.begin().until == WAKE
    later = "2026-03-09T05:00:00+00:00"
    assert bed.begin(until=later).until == later
    assert bed.begin(until="2026-03-01T05:00:00+00:00").verdict == "nothing"


def test_an_endpoint_without_a_model_has_nothing_to_sleep(bed: Bed) -> None:
    bed.change(live=None)
    assert bed.begin().verdict == "nothing"
    assert bed.begin_wake().verdict == "nothing"


HOLDING = [
    {"claims": (Claim("burst", 6, "2026-03-02T20:00:00+00:00", DUE),)},
    {"claims": (Claim("event:Black Friday", 20, WAKE, DUE),)},
    {"parked": Parked(drop("2"), execution("two"))},
    {"abandoned": ("2-abc",)},
]


@pytest.mark.parametrize("facts", HOLDING, ids=["burst", "event", "parked", "abandoned"])
def test_what_holds_it_is_written_down_and_told_once(
    evening: Bed, facts: dict[str, object]
) -> None:
    evening.change(**facts)
    assert evening.begin(DUE).verdict == "held"
    assert evening.record.kept_awake
    evening.clock.advance(minutes=15)
    assert evening.begin(DUE).verdict == "held"
    assert evening.announcer.kinds == ["Endpoint Kept Awake"]
    assert evening.record.lease is None


@pytest.mark.parametrize(
    "claim",
    [
        Claim("burst", 6, "2026-03-02T19:00:00+00:00", DUE),
        Claim("event:Sale", 0, WAKE, DUE, ceiling=3),
        Claim("release", 4, "", DUE),
    ],
    ids=["over", "ceiling only", "of a release that ended"],
)
def test_claims_that_demand_nothing_do_not_hold_it(evening: Bed, claim: Claim) -> None:
    evening.change(claims=(claim,))
    assert evening.begin(DUE).verdict == "sleep"


@pytest.mark.parametrize(("value", "verdict"), [("yes", "held"), ("", "held"), ("False", "sleep")])
def test_the_tag_holds_it_whatever_its_value_but_false(
    evening: Bed, value: str, verdict: str
) -> None:
    evening.mirror.own_tags[KEEP_AWAKE] = value
    assert evening.begin(DUE).verdict == verdict


def test_another_execution_holds_it_while_it_runs(evening: Bed) -> None:
    evening.change(lease=lease(drop("1"), "two"))
    evening.executions.running = {execution("two")}
    assert evening.begin(DUE).verdict == "held"
    evening.executions.running = set()
    assert evening.begin(DUE).verdict == "sleep"


def test_a_release_that_was_left_unfinished_is_cleared_away_first(evening: Bed) -> None:
    evening.change(lease=lease(drop("2"), "two"))
    assert evening.begin(DUE).verdict == "held"


def test_an_execution_that_is_not_known_yet_is_asked_for_again(evening: Bed) -> None:
    young = Lease(execution("two"), "2-abc", since=evening.clock.now().isoformat())
    evening.change(lease=young)
    evening.executions.unknown = {execution("two")}
    with pytest.raises(ServiceBusy):
        evening.begin(DUE)


def test_it_gives_up_when_it_is_almost_due_to_wake(evening: Bed) -> None:
    evening.mirror.own_tags[KEEP_AWAKE] = "true"
    assert evening.begin(DUE).verdict == "held"
    evening.clock.advance(hours=9, minutes=10)
    begun = evening.begin(DUE)
    assert (begun.verdict, evening.record.kept_awake) == ("nothing", "")
    assert "stayed awake" in begun.reason


@pytest.mark.parametrize(
    ("minutes", "measured", "verdict"),
    [
        (34, (), "nothing"),
        (36, (), "sleep"),
        (29, (280, 300), "nothing"),
        (31, (280, 300), "sleep"),
        (44, (1200,), "nothing"),
    ],
)
def test_it_does_not_sleep_minutes_before_it_wakes(
    bed: Bed, minutes: int, measured: tuple[int, ...], verdict: str
) -> None:
    bed.change(provisioning=measured)
    until = bed.clock.now() + timedelta(minutes=minutes)
    assert bed.begin(until=until.isoformat()).verdict == verdict
    # The schedule came late: 06:00 in Berlin is near.
    bed.clock.advance(seconds=(datetime.fromisoformat(WAKE) - until).total_seconds())
    begun = bed.begin(DUE)
    assert begun.verdict == verdict
    assert begun.verdict == "sleep" or "before it has slept" in begun.reason


def test_what_is_deleted_too_late_is_not_deleted(bed: Bed) -> None:
    bed.begin(DUE)
    bed.snapshot(WAKE)
    due = datetime.fromisoformat(WAKE) - timedelta(minutes=30)
    bed.clock.advance(seconds=(due - bed.clock.now()).total_seconds())
    with pytest.raises(KeptAwake, match="due to wake at"):
        bed.remove()
    assert bed.sagemaker.endpoints["churn"].status == "InService"


def ahead(begin: str, until: str) -> dict[str, object]:
    return {"ahead": (Ahead("Sale", f"2026-03-{begin}:00+00:00", f"2026-03-{until}:00+00:00"),)}


def test_an_event_that_begins_soon_after_bedtime_holds_it_until_it_is_over(evening: Bed) -> None:
    evening.change(**ahead("02T19:30", "02T20:30"))
    begun = evening.begin(DUE)
    assert (begun.verdict, begun.until) == ("held", WAKE)
    assert "Sale lasts from 2026-03-02T19:30" in evening.record.kept_awake
    assert evening.announcer.kinds == ["Endpoint Kept Awake"]
    evening.clock.advance(hours=1, minutes=20)
    assert evening.begin(DUE).verdict == "held"
    evening.clock.advance(minutes=15)
    begun = evening.begin(DUE)
    assert (begun.verdict, begun.until, begun.event) == ("sleep", WAKE, "")


def test_an_event_within_the_night_ends_it(evening: Bed) -> None:
    evening.change(**ahead("03T02:00", "03T03:00"), provisioning=(240, 300))
    begun = evening.begin(DUE)
    # Twice 5 minutes with a tenth more and a minute.
    assert (begun.until, begun.event) == ("2026-03-03T01:47:00+00:00", "Sale")
    evening.snapshot(begun.until, event=begun.event)
    evening.quiet()
    evening.remove()
    evening.sagemaker.settle("churn")
    assert evening.remove()
    evening.end("asleep")
    schedule = evening.schedules.schedules[schedule_name("churn", "wake-again")]
    assert schedule["at"].isoformat() == begun.until
    assert "when it wakes for Sale" in evening.announcer.news[-1].reason


@pytest.mark.parametrize(
    "times", [("02T15:00", "02T18:00"), ("03T08:00", "03T09:00")], ids=["over", "later"]
)
def test_an_event_of_the_day_changes_no_night(evening: Bed, times: tuple[str, str]) -> None:
    evening.change(**ahead(*times))
    begun = evening.begin(DUE)
    assert (begun.verdict, begun.until, begun.event) == ("sleep", WAKE, "")


def test_an_event_just_after_waking_time_wakes_it_earlier(evening: Bed) -> None:
    evening.change(**ahead("03T05:10", "03T09:00"))
    assert evening.begin(DUE).until < WAKE


def test_a_night_without_end_ends_with_an_event(bed: Bed) -> None:
    bed.ledger.note_release("churn", bed.live.release, {"policy": {"sleep": None}})
    bed.change(**ahead("09T12:00", "09T14:00"))
    assert bed.begin().event == "Sale"


def test_a_schedule_that_fired_twice_says_nothing_twice(evening: Bed) -> None:
    assert evening.begin(DUE).verdict == "sleep"
    evening.executions.running = {OWNER}
    second = evening.begin(DUE, owner=OWNER.replace("one", "two"))
    assert (second.verdict, second.holds) == ("held", False)
    assert evening.announcer.kinds == []
    assert evening.record.kept_awake == ""


def test_what_stands_by_goes_first(evening: Bed) -> None:
    settling = Settling(evening.live.release, live(drop("0")), WAKE)
    evening.change(settling=settling)
    assert evening.begin(DUE).verdict == "settle"


def test_what_came_while_it_settled_holds_it_and_the_lease_goes_to_the_drop(evening: Bed) -> None:
    settling = Settling(evening.live.release, live(drop("0")), WAKE)
    evening.change(settling=settling)
    assert evening.begin(DUE).holds
    evening.clock.advance(hours=2)
    waiting = Parked(drop("2", minute=1), execution("two"))
    evening.change(settling=None, parked=waiting)
    begun = evening.begin(DUE)
    assert (begun.verdict, begun.holds) == ("held", True)
    answer = evening.end("held")
    assert answer["handed_to"] in evening.executions.started
    assert evening.record.asleep is None
    evening.executions.running = {answer["handed_to"]}
    again = evening.begin(DUE)
    assert (again.verdict, again.holds) == ("held", False)
    assert evening.announcer.kinds == ["Endpoint Kept Awake"]


def test_a_night_that_is_over_when_it_has_settled_gives_the_lease_back(evening: Bed) -> None:
    evening.begin(DUE)
    evening.clock.advance(hours=11)
    begun = evening.begin(DUE)
    assert (begun.verdict, begun.holds) == ("nothing", True)
    evening.end("held")
    assert evening.record.lease is None


@pytest.mark.parametrize("facts", HOLDING, ids=["burst", "event", "parked", "abandoned"])
def test_what_came_before_the_snapshot_holds_it(evening: Bed, facts: dict[str, object]) -> None:
    evening.begin(DUE)
    evening.change(**facts)
    with pytest.raises(KeptAwake, match="stays awake"):
        evening.snapshot(WAKE)
    assert evening.record.asleep is None


def test_what_comes_while_the_snapshot_is_taken_is_seen(evening: Bed) -> None:
    evening.begin(DUE)
    claim = Claim("burst", 6, WAKE, DUE)
    evening.mirror.meanwhile = lambda: evening.change(claims=(claim,))
    with pytest.raises(LedgerConflict):
        evening.snapshot(WAKE)
    with pytest.raises(KeptAwake, match="burst holds 6 instances"):
        evening.snapshot(WAKE)


# ── what goes ───────────────────────────────────────────────────────────────────────────────────


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
    rest_on(bed.record, OWNER, starter=bed.executions, machine=REST)
    rest_on(bed.record, OWNER, starter=bed.executions, machine=REST)
    (payload,) = bed.executions.started.values()
    assert bed.record.asleep is not None
    assert payload == {"endpoint": "churn", "action": "sleep", "due": bed.record.asleep.since}
    other = OWNER.replace("one", "two")
    assert bed.begin(payload["due"], owner=other).verdict == "sleep"
    assert bed.record.lease
    assert bed.record.lease.owner == other


def test_an_endpoint_that_sleeps_or_serves_needs_nobody(asleep: Bed) -> None:
    rest_on(asleep.record, OWNER, starter=asleep.executions, machine=REST)
    asleep.change(asleep=None)
    rest_on(asleep.record, OWNER, starter=asleep.executions, machine=REST)
    assert asleep.executions.started == {}


# ── what comes back ─────────────────────────────────────────────────────────────────────────────


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


@pytest.fixture
def short(bed: Bed) -> Bed:
    """Wakes with two instances where it had four, and scaling keeps three."""
    bed.sagemaker.set_count("churn", bed.live.variant, 4)
    bed.sagemaker.settle("churn")
    bed.scaling.set_bounds({**bed.scaling.targets[bed.resource], "MinCapacity": 3})
    bed.sleep()
    bed.begin_wake()
    bed.wake()
    bed.sagemaker.settle("churn")
    return bed


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
    asleep.change(asleep=replace(asleep.record.asleep, until=""))
    asleep.clock.advance(hours=500)
    assert asleep.check_all()["overdue"] == 0


# ── schedules, and who asks ─────────────────────────────────────────────────────────────────────


def test_two_schedules_with_jitter_follow_the_calendar(bed: Bed) -> None:
    calendar = SleepCalendar.from_dict(CALENDAR)
    plan_sleep("churn", calendar, schedules=bed.schedules, machine=REST)
    sleep, wake = (bed.schedules.schedules[schedule_name("churn", a)] for a in ("sleep", "wake"))
    assert sleep["payload"] == {"endpoint": "churn", "action": "sleep", "due": "{due}"}
    assert (sleep["expression"], sleep["timezone"]) == (CALENDAR["at"], "Europe/Berlin")
    assert wake["expression"] == CALENDAR["until"]
    assert timedelta() < wake["window"] < sleep["window"]
    plan_sleep("churn", None, schedules=bed.schedules, machine=REST)
    assert bed.schedules.schedules == {}


def test_settings_that_change_without_a_model_count_at_once(evening: Bed) -> None:
    later = SleepCalendar.from_dict({**CALENDAR, "except": ["2026-03-02"]})
    remember_sleep("churn", later, ledger=evening.ledger)
    assert "leave this day out" in evening.begin(DUE).reason
    remember_sleep("churn", None, ledger=evening.ledger)
    assert "no longer" in evening.begin(DUE).reason


def test_whoever_meets_it_asleep_wakes_it_once(asleep: Bed) -> None:
    def ask(name: str = "churn") -> tuple[int, str]:
        answer = request_wake(
            name,
            ledger=asleep.ledger,
            starter=asleep.executions,
            clock=asleep.clock,
            machine=REST,
        )
        return answer.status, answer.ready_at

    first = ask()
    assert first == ask() == (202, "2026-03-02T17:10:00+00:00")
    (payload,) = asleep.executions.started.values()
    assert payload == {"endpoint": "churn", "action": "wake"}
    asleep.begin_wake()
    asleep.change(provisioning=(280, 320))
    assert ask() == (202, "2026-03-02T17:05:20+00:00")
    asleep.end("awake")
    assert ask()[0] == 200
    assert ask("nobody")[0] == 404


def test_after_a_wake_that_failed_the_next_caller_starts_another(asleep: Bed) -> None:
    def ask() -> str:
        return request_wake(
            "churn",
            ledger=asleep.ledger,
            starter=asleep.executions,
            clock=asleep.clock,
            machine=REST,
        ).ready_at

    asleep.begin_wake()
    ask()
    assert asleep.executions.started == {}, "it wakes already"
    asleep.clock.advance(hours=1)
    asleep.end("failed", Error="CapacityRefused", Cause="full")
    told = [ask() for _ in range(3)]
    assert list(asleep.executions.started.values()) == [{"endpoint": "churn", "action": "wake"}]
    assert set(told) == {(asleep.clock.now() + timedelta(minutes=10)).isoformat()}


@pytest.mark.parametrize(
    ("event", "endpoint"),
    [
        ({"rawPath": "/churn"}, "churn"),
        ({"rawPath": "/", "queryStringParameters": {"endpoint": "churn"}}, "churn"),
        ({}, ""),
    ],
)
def test_a_request_names_the_endpoint_by_path_or_query(
    event: dict[str, object], endpoint: str
) -> None:
    assert asked_for(event) == endpoint
