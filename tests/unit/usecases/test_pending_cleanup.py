"""What a release could not clear away: told, tried again, and cleared by the next one first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from slipway.domain.naming import schedule_name
from slipway.usecases.claim_drop import Arrival, claim_drop
from slipway.usecases.ending import End, Recorded
from slipway.usecases.pending_cleanup import LONGEST_WAIT, MOST_TRIES
from slipway.usecases.record_release import record_release
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.take_lease import LeaseAnswer, take_lease
from tests.fakes.canary import NEW, Canary
from tests.fakes.make import MACHINE, drop, execution, record

PENDING = {"verdict": "pending", "left": ["CapacityRefused"]}
DONE = {"verdict": "done", "restored": True, "left": []}
FAILURE = {"Error": "CanaryFailed", "Cause": "12 % errors"}
NEXT = drop("3", minute=2)
SCHEDULE = schedule_name("churn", "clean")


class Left(Canary):
    """A canary that was taken off the traffic, and whose configuration is still in service."""

    def __init__(self) -> None:
        super().__init__()
        self.added()
        self.baking(0)
        self.back()
        self.sagemaker.settle("churn")
        self.schedules.schedules.clear()
        self.ledger.claim_drop(NEW, self.ref.execution)

    def record(self, cleaned: dict[str, Any], ref: ReleaseRef, ending: Any = "failed") -> Recorded:
        self.executions.running.discard(ref.execution)
        return record_release(
            ref,
            End(ending, FAILURE if ending == "failed" else {}, cleaned),
            ledger=self.ledger,
            starter=self.executions,
            announcer=self.announcer,
            clock=self.clock,
            schedules=self.schedules,
        )

    def due(self) -> timedelta:
        """Return after how long the clean-up is tried again."""
        at: datetime = self.schedules.schedules[SCHEDULE]["at"]
        return at - self.clock.now()

    def again(self, name: str) -> tuple[ReleaseRef, str]:
        """Let the schedule start an execution; return how it refers to the release."""
        schedule = self.schedules.schedules.pop(SCHEDULE)
        assert schedule["target"] == MACHINE
        claim = claim_drop(
            Arrival.parse(schedule["payload"]),
            execution(name),
            ledger=self.ledger,
            store=self.store,
            announcer=self.announcer,
            clock=self.clock,
        )
        ref = ReleaseRef(execution(name), MACHINE, "churn", NEW.release)
        if claim.verdict == "claimed":
            assert claim.recover
            assert self.take(ref, waits=False) == LeaseAnswer("held")
        return ref, claim.verdict

    def take(self, ref: ReleaseRef, *, waits: bool = True) -> LeaseAnswer:
        self.executions.running.add(ref.execution)
        return take_lease(
            ref,
            ledger=self.ledger,
            executions=self.executions,
            announcer=self.announcer,
            clock=self.clock,
            waits=waits,
        )

    def next(self) -> ReleaseRef:
        self.ledger.open_release(record(NEXT, "three"))
        return ReleaseRef(execution("three"), MACHINE, "churn", NEXT.release)


@pytest.fixture
def left() -> Left:
    return Left()


def test_users_who_are_back_were_rolled_back_whatever_is_left(left: Left) -> None:
    recorded = left.record(PENDING, left.ref)
    assert recorded.outcome == left.release.outcome == "rolled-back"
    assert recorded.reason.endswith("12 % errors (cleanup pending: CapacityRefused)")
    assert left.announcer.kinds[-1] == "Release Rolled Back"


def test_users_who_are_still_on_the_version_were_not(left: Left) -> None:
    evidence = {k: v for k, v in left.release.evidence.items() if k != "shifted_back"}
    left.ledger.note_release("churn", NEW.release, {"evidence": evidence})
    assert left.record(PENDING, left.ref).outcome == "failed"


def test_a_version_that_never_had_users_was_rolled_back() -> None:
    canary = Left()
    canary.ledger.note_release("churn", NEW.release, {"evidence": {}, "step": -1})
    assert canary.record(PENDING, canary.ref).outcome == "rolled-back"


def test_a_clean_up_is_tried_again_after_longer_and_longer_and_told_once(left: Left) -> None:
    left.record(PENDING, left.ref)
    told = list(left.announcer.kinds)
    waits = [left.due()]
    for number in range(2, MOST_TRIES):
        left.clock.advance(days=1)
        ref, _ = left.again(f"again-{number}")
        assert left.record(PENDING, ref).outcome == "rolled-back"
        waits.append(left.due())
    assert waits[:3] == [timedelta(minutes=5), timedelta(minutes=15), timedelta(minutes=45)]
    assert waits == sorted(waits)
    assert waits[-1] == LONGEST_WAIT
    ref, _ = left.again("last")
    left.record(PENDING, ref)
    assert left.schedules.schedules == {}
    assert left.announcer.kinds == told
    # The next drop tries once more.
    assert left.take(left.next()).abandoned == NEW.release


def test_what_is_cleared_away_in_the_end_is_no_longer_pending(left: Left) -> None:
    left.record(PENDING, left.ref)
    ended = left.release.ended
    left.clock.advance(minutes=5)
    ref, _ = left.again("again")
    left.record(DONE, ref)
    assert (left.release.outcome, left.release.ended) == ("rolled-back", ended)
    assert left.release.reason.endswith("12 % errors")
    assert left.release.cleanup is None
    found = left.ledger.read_endpoint("churn")
    assert (found.abandoned, found.lease) == ((), None)
    assert left.schedules.schedules == {}


def test_a_schedule_that_fires_twice_or_too_late_does_nothing(left: Left) -> None:
    left.record(PENDING, left.ref)
    fired = dict(left.schedules.schedules)
    ref, _ = left.again("again")
    left.schedules.schedules = dict(fired)
    assert left.again("twice")[1] == "duplicate"
    left.record(DONE, ref)
    fired[SCHEDULE]["payload"]["previous"] = ref.execution
    left.schedules.schedules = dict(fired)
    assert left.again("late")[1] == "duplicate"
    assert left.release.outcome == "rolled-back"


def test_the_next_release_clears_away_first_and_tries_that_once(left: Left) -> None:
    left.record(PENDING, left.ref)
    coming = left.next()
    assert left.take(coming).abandoned == NEW.release
    theirs = ReleaseRef(coming.execution, MACHINE, "churn", NEW.release)
    assert left.record(PENDING, theirs, "abandoned").outcome == "rolled-back"
    left.executions.running.add(coming.execution)
    assert left.take(coming).abandoned == ""
    # It is not in the way of the one after that either.
    assert left.ledger.read_endpoint("churn").abandoned == (NEW.release,)


def test_what_the_next_release_cleared_away_is_not_tried_again(left: Left) -> None:
    left.record(PENDING, left.ref)
    coming = left.next()
    left.take(coming)
    left.record(DONE, ReleaseRef(coming.execution, MACHINE, "churn", NEW.release), "abandoned")
    assert left.schedules.schedules == {}
    assert left.take(coming) == LeaseAnswer("held")
    assert left.release.reason.endswith("12 % errors")


def test_a_try_that_finds_the_lease_taken_is_made_up_for_at_its_end(left: Left) -> None:
    left.record(PENDING, left.ref)
    coming = left.next()
    left.take(coming)
    theirs = ReleaseRef(coming.execution, MACHINE, "churn", NEW.release)
    left.record(PENDING, theirs, "abandoned")
    left.schedules.schedules.clear()
    left.executions.running.add(coming.execution)
    left.record({"verdict": "done"}, coming)
    assert left.due() == timedelta(minutes=15)
