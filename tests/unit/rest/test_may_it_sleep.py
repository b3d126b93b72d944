"""What calendar, events and others say about going to sleep."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from slipway.domain.capacity.ahead import Ahead
from slipway.domain.capacity.claims import Claim
from slipway.domain.capacity.rest import KEEP_AWAKE
from slipway.domain.lease import Lease, Parked
from slipway.domain.naming import schedule_name
from slipway.domain.settling import Settling
from slipway.errors import (
    KeptAwake,
    LedgerConflict,
    ServiceBusy,
)
from tests.fakes.make import drop, execution, lease, live
from tests.fakes.rest import DUE, OWNER, WAKE, Bed


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
