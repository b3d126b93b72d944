"""A run is claimed by one execution, and knows what nobody has counted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from slipway.domain.capacity.rest import Asleep
from slipway.domain.drift.record import BaselineRef, DriftRecord, Pending, Watermark
from slipway.errors import RunLost, ServiceBusy
from slipway.usecases import plan_drift as planning
from slipway.usecases.begin_drift import Begun, Glance, begin_drift
from slipway.usecases.drift_run import RunRef, hold_run
from slipway.usecases.plan_drift import Planned, plan_drift
from slipway.usecases.plan_looks import plan_looks
from tests.fakes.clock import FakeClock
from tests.fakes.drift import FakeMonitoring
from tests.fakes.ledger import FakeLedger
from tests.fakes.make import drop, execution, live, serve
from tests.fakes.world import FakeExecutions, FakeSageMaker, FakeSchedules

if TYPE_CHECKING:
    from slipway.domain.release import LiveRelease

DUE = "2026-03-02T09:00:00Z"


class Watch:
    """The endpoint `churn`, which serves, and captures in the monitoring bucket."""

    def __init__(self) -> None:
        self.ledger, self.executions, self.clock = FakeLedger(), FakeExecutions(), FakeClock()
        self.live: LiveRelease = serve(drop("1"), self.ledger, FakeSageMaker())
        self.bucket = FakeMonitoring(self.clock.now() - timedelta(hours=1))

    def begin(self, name: str = "one", due: str = "") -> Begun:
        asked = Glance(execution(name), "churn", due)
        begun = begin_drift(asked, ledger=self.ledger, executions=self.executions, clock=self.clock)
        if begun.verdict == "look":
            self.executions.running.add(execution(name))
        return begun

    def plan(self, begun: Begun, name: str = "one") -> Planned:
        ref = RunRef(execution(name), "churn", begun.run)
        return plan_drift(ref, ledger=self.ledger, files=self.bucket, shelf=self.bucket)

    def capture(self, name: str, content: bytes = b"{}\n", **more: Any) -> str:
        key = f"capture/churn/{self.live.variant}/2026/03/02/08/{name}"
        self.bucket.place(key, content, **more)
        return key

    def planned_files(self, planned: Planned) -> list[str]:
        lines = (self.bucket.get(planned.plan) or b"").splitlines()
        return [each["key"] for line in lines for each in json.loads(line)["files"]]

    def close(self, planned: Planned) -> None:
        """Let the run end, as its last state does."""
        record = self.ledger.read_drift("churn")
        mark = Watermark(planned.until, planned.first_key, planned.index)
        due = record.run.due if record.run else ""
        self.ledger.write_drift(replace(record, watermark=mark).ended({"due": due}))

    @property
    def record(self) -> DriftRecord:
        return self.ledger.read_drift("churn")


@pytest.fixture
def watch() -> Watch:
    return Watch()


def test_one_execution_looks_and_may_ask_again(watch: Watch) -> None:
    first = watch.begin("one")
    assert (first.verdict, first.release) == ("look", watch.live.release)
    assert watch.begin("one").run == first.run
    assert watch.begin("two").verdict == "busy"


def test_a_run_that_died_is_begun_anew_and_the_dead_one_writes_nothing_more(watch: Watch) -> None:
    first = watch.begin("one")
    watch.executions.running.clear()
    second = watch.begin("two")
    assert second.verdict == "look"
    assert second.run != first.run
    with pytest.raises(RunLost, match=first.run):
        hold_run(RunRef(execution("one"), "churn", first.run), watch.ledger)
    hold_run(RunRef(execution("two"), "churn", second.run), watch.ledger)


def test_an_execution_that_nobody_knows_yet_is_waited_for(watch: Watch) -> None:
    watch.begin("one")
    watch.executions.unknown.add(execution("one"))
    with pytest.raises(ServiceBusy, match="not known yet"):
        watch.begin("two")
    watch.clock.advance(minutes=5)
    assert watch.begin("two").verdict == "look"


def test_what_was_due_is_looked_at_once(watch: Watch) -> None:
    watch.close(watch.plan(watch.begin("one", due=DUE)))
    assert watch.begin("two", due=DUE).reason == f"What was due at {DUE} is done"
    assert watch.begin("two").verdict == "look"


def test_what_sleeps_or_does_not_serve_is_not_looked_at(watch: Watch) -> None:
    record = watch.ledger.read_endpoint("churn")
    watch.ledger.write_endpoint(replace(record, asleep=Asleep("now", "", "config")))
    assert watch.begin().reason == "Endpoint churn is falling asleep"
    record = watch.ledger.read_endpoint("churn")
    watch.ledger.write_endpoint(replace(record, asleep=None, live=None))
    assert watch.begin().reason == "Nothing serves churn"


def test_another_model_begins_anew_and_the_same_one_goes_on(watch: Watch) -> None:
    begun = DriftRecord(
        "churn",
        release="0",
        model=watch.live.sha256,
        watermark=Watermark("", "", ""),
        baseline=BaselineRef("captures", "key"),
        pending=Pending("key", "", 1),
        episode={"since": "yesterday"},
    )
    same = begun.watching(watch.live)
    assert (same.watermark, same.episode) == (None, {"since": "yesterday"})
    assert replace(begun, variant=watch.live.variant).watching(watch.live).watermark
    other = begun.watching(live(drop("2")))
    assert other == DriftRecord(
        "churn",
        release=live(drop("2")).release,
        version="2",
        variant=live(drop("2")).variant,
        model="sha-2",
        replaced={"episode": begun.episode, "release": "0", "version": "", "report": ""},
    )
    assert begun.watching(watch.live).watching(watch.live) == same


def test_a_run_reads_what_is_new_and_the_next_one_what_came_since(watch: Watch) -> None:
    one, late = watch.capture("b"), watch.clock.now()
    first = watch.plan(watch.begin("one"))
    assert watch.planned_files(first) == [one]
    watch.close(first)
    two = watch.capture("a", modified=late - timedelta(days=30))
    second = watch.plan(watch.begin("two"), "two")
    assert watch.planned_files(second) == [two]
    assert (second.batches, second.files, second.bytes, second.left) == (1, 1, 3, 0)


def test_a_run_that_died_leaves_everything_to_the_next(watch: Watch) -> None:
    one = watch.capture("a")
    watch.plan(watch.begin("one"))
    watch.executions.running.clear()
    assert watch.planned_files(watch.plan(watch.begin("two"), "two")) == [one]


def test_captures_of_other_variants_and_other_files_are_left_alone(watch: Watch) -> None:
    watch.bucket.place("capture/churn/other/2026/03/02/08/a", b"x")
    watch.bucket.place(f"capture/churn/{watch.live.variant}/notes.txt", b"x")
    planned = watch.plan(watch.begin())
    assert (planned.batches, planned.files) == (0, 0)


def test_too_many_files_are_read_by_several_runs(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "MOST_FILES", 2)
    keys = [watch.capture(name) for name in "abcde"]
    ancient = f"capture/churn/{watch.live.variant}/2025/01/01/00/a"
    watch.bucket.place(ancient, b"{}\n")
    seen: list[str] = []
    for number in range(3):
        name = f"run-{number}"
        planned = watch.plan(watch.begin(name), name)
        seen += watch.planned_files(planned)
        watch.close(planned)
    assert sorted(seen) == [ancient, *keys]
    assert planned.left == 0


def test_what_a_run_may_leave_over_is_found_again_however_old(
    watch: Watch, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planning, "MOST_FILES", 1)
    folder = f"capture/churn/{watch.live.variant}/2025/01/01"
    for hour in ("00", "01"):
        watch.bucket.place(f"{folder}/{hour}/a", b"{}\n")
    first = watch.plan(watch.begin("one"))
    watch.close(first)
    assert watch.planned_files(watch.plan(watch.begin("two"), "two")) == [f"{folder}/01/a"]


@pytest.mark.parametrize(
    ("expression", "minutes"),
    [
        ("rate(1 minute)", 1),
        ("rate(30 minutes)", 5),
        ("rate(1 hour)", 15),
        ("rate(1 day)", 15),
        ("cron(0 * * * ? *)", 5),
    ],
)
def test_looks_begin_within_a_part_of_the_time_between_them(expression: str, minutes: int) -> None:
    schedules = FakeSchedules()
    plan_looks("churn", expression, schedules=schedules, machine="arn:drift")
    ((_, made),) = schedules.schedules.items()
    assert made["window"] == timedelta(minutes=minutes)
