"""Truth that comes days late to an endpoint of any size: looked for in parts, and never lost."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from slipway.domain.drift.files import Part
from slipway.domain.drift.record import Watermark
from slipway.domain.naming.monitoring import run_folder
from slipway.usecases import collect_truths, count_hour, route_truths
from tests.fakes.drift import FakeMonitoring
from tests.fakes.make import drop
from tests.unit.drift_runs.test_quality_runs import DETECTED, SUGGESTED, Judged, right

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.domain.drift.quality import Joined
    from slipway.usecases.drift_run import RunRef

FAILED = "Drift Check Failed"


class Stopwatch:
    """Implements Clock: each look at it takes a while."""

    def __init__(self, **amount: float) -> None:
        self.time, self.takes = datetime(2026, 1, 1, tzinfo=UTC), timedelta(**amount)

    def now(self) -> datetime:
        self.time += self.takes
        return self.time


def total(judged: Judged) -> Joined:
    """Return what the tallies of all hours come to."""
    from slipway.domain.drift.quality import QualitySettings
    from slipway.usecases.answer_files import AnswerFiles
    from slipway.usecases.join_truths import TruthJoiner

    answers = AnswerFiles("churn", files=judged.bucket, shelf=judged.bucket)
    joiner = TruthJoiner(judged.live.variant, QualitySettings("binary"), answers, "")
    folder = f"drift/churn/quality/{judged.live.variant}/"
    hours = [key[len(folder) : -5] for key in judged.bucket.objects if key.startswith(folder)]
    return joiner.total(hours)


@pytest.fixture
def slow() -> Judged:
    """An endpoint of so many answers that a run looks at those of three hours."""
    judged = Judged(minimum=100)
    judged.stopwatch = Stopwatch(minutes=2)
    return judged


def test_truth_is_found_however_many_answers_came_since(slow: Judged) -> None:
    ids = slow.ask(name="late")
    for hour in range(20):
        slow.ask(30, name=f"since-{hour}")
        slow.run()
    slow.truth(right(ids, wrong=150))
    runs = 0
    while not slow.announcer.kinds:
        slow.run()
        runs += 1
        assert runs < 20
    assert runs > 5
    assert slow.announcer.kinds == [DETECTED, SUGGESTED]
    assert total(slow).known == 300
    assert slow.figure("accuracy") == pytest.approx(0.5)
    assert slow.record.truths
    assert not slow.record.truths["waiting"]


def test_what_there_is_no_time_to_count_is_counted_by_the_next_runs(slow: Judged) -> None:
    ids = []
    for hour in range(8):
        ids.append(slow.ask(100, name=f"{hour}"))
        slow.run()
    slow.stopwatch = Stopwatch(minutes=10)
    slow.truth({each: "1" for hour in ids for each in hour})
    left: list[int] = []
    while len(left) < 40 and total(slow).known < 800:
        slow.run()
        assert slow.record.truths
        left.append(len(slow.record.truths["uncounted"]))
    assert total(slow).known == 800
    assert left[-1] == 0


class Dying(FakeMonitoring):
    """A bucket that takes so many writes before the function dies."""

    def __init__(self, bucket: FakeMonitoring, writes: int) -> None:
        super().__init__(bucket.modified)
        self.objects, self.writes = bucket.objects, writes

    def place(self, key: str, content: bytes, modified: datetime | None = None) -> None:
        if not self.writes:
            raise MemoryError
        self.writes -= 1
        super().place(key, content, modified)


def dead_after(writes: int) -> Judged | None:
    """Return an endpoint whose run died after so many writes; None if it does not take as many."""
    judged = Judged(minimum=100)
    ids = judged.ask(100)
    judged.run()
    judged.truth(right(ids, wrong=20) | strangers(5))
    judged.clock.advance(hours=1)
    ref = judged.begin("dying")
    assert ref
    bucket, judged.bucket = judged.bucket, Dying(judged.bucket, writes)
    try:
        judged.quality(ref)
    except MemoryError:
        return judged
    finally:
        judged.bucket = bucket
        judged.executions.running.clear()
    return None


def test_a_run_that_dies_between_any_two_writes_loses_no_truth_and_counts_none_twice() -> None:
    writes = 0
    while (judged := dead_after(writes)) is not None:
        judged.run("next")
        found = total(judged)
        assert (found.answers, found.known, found.tally.count) == (100, 100, 100)
        assert judged.figure("accuracy") == pytest.approx(0.8)
        waiting = judged.bucket.objects[f"{run_folder('churn', judged.last)}waiting-truths.jsonl"]
        assert len(waiting.content.splitlines()) == 5
        writes += 1
    assert writes == 5


def test_answers_that_somebody_has_deleted_lines_of_are_passed_over() -> None:
    judged = Judged(minimum=50)
    ids = judged.ask(100)
    judged.run()
    (key,) = [each for each in judged.bucket.objects if "/answers/" in each]
    lines = judged.bucket.objects[key].content.splitlines(keepends=True)
    judged.bucket.place(key, b"".join(lines[:60] + lines[70:]))
    judged.truth(right(ids))
    judged.run()
    assert 50 <= judged.known.figures.rows <= 90
    assert judged.figure("accuracy") == pytest.approx(1.0)


# ── any order, any cut ──────────────────────────────────────────────────────────────────────────


@pytest.fixture
def tight(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Room for hardly anything at once."""
    monkeypatch.setattr(count_hour, "_MOST_TRUTHS", 500)
    monkeypatch.setattr(count_hour, "_MOST_ANSWERS", 700)
    monkeypatch.setattr(route_truths, "_HELD", 300)
    monkeypatch.setattr(collect_truths, "_AT_ONCE", 7)
    monkeypatch.setattr(collect_truths, "MOST_BYTES", 2000)
    yield


HOURS, EACH = 4, 12
told_in_runs = st.lists(
    st.lists(st.integers(0, HOURS * EACH - 1), min_size=1, max_size=40), min_size=1, max_size=4
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cuts=told_in_runs, minutes=st.sampled_from([0, 2, 6]), dies=st.integers(0, 4))
def test_truths_count_the_same_in_any_order_and_any_cut(
    tight: None, cuts: list[list[int]], minutes: int, dies: int
) -> None:
    judged = Judged(minimum=10)
    judged.stopwatch = Stopwatch(minutes=minutes)
    for hour in range(HOURS):
        judged.ask(EACH, name=f"{hour}")
        judged.run()
    ids = [f"{hour}-{n}" for hour in range(HOURS) for n in range(EACH)]
    for number, cut in enumerate(cuts):
        judged.truth({ids[each]: str(each % 2) for each in cut}, name=f"{number}")
        if number == dies:
            judged.clock.advance(hours=1)
            ref = judged.begin("dying")
            assert ref
            judged.quality(ref)
            judged.executions.running.clear()
        judged.run()
    for _ in range(12):
        judged.run()
    known = {each for cut in cuts for each in cut}
    found = total(judged)
    assert (found.known, found.tally.count) == (len(known), len(known))
    accuracy = next(each.value for each in found.tally.metrics() if each.name == "accuracy")
    assert accuracy == pytest.approx(sum(each % 2 for each in known) / len(known))
    assert judged.record.truths
    assert not judged.record.truths["waiting"]
    assert not judged.record.truths["uncounted"]


# ── what has no answer ──────────────────────────────────────────────────────────────────────────


def strangers(count: int = 300, name: str = "nobody") -> dict[str, str]:
    return {f"no-{name}-{n}": "1" for n in range(count)}


def test_truths_about_nothing_are_counted_and_told_once_a_day() -> None:
    judged = Judged()
    for hour in range(60):
        judged.ask(20)
        judged.truth(strangers(30, f"{hour}"))
        judged.run()
    assert judged.announcer.kinds == [FAILED] * 2
    assert "truths are about no request that was captured" in judged.announcer.news[0].reason
    lost = sum(shown.get("unmatched_truths", 0) for shown, _ in judged.gauges.shown)
    waiting = judged.bucket.objects[f"{run_folder('churn', judged.last)}waiting-truths.jsonl"]
    assert lost + len(waiting.content.splitlines()) == 60 * 30
    page = judged.bucket.objects[judged.report].content.decode()
    assert "left out: 30 unmatched" in page


def test_where_a_part_is_captured_a_part_of_truths_matches() -> None:
    judged = Judged()
    judged.settings["sampling"] = 10
    for hour in range(40):
        ids = judged.ask(10, name=f"h{hour}")
        judged.run()
        judged.truth(right(ids) | strangers(90, f"{hour}"))
    assert judged.announcer.kinds == []


def test_truths_about_the_model_before_are_none_of_its_successors_and_no_trouble() -> None:
    judged = Judged()
    ids = judged.ask()
    judged.run()
    judged.serve(drop("2"))
    judged.run()
    judged.truth(right(ids, wrong=300))
    for _ in range(30):
        judged.run()
    assert judged.announcer.kinds == []
    assert total(judged).known == 0
    troubles = [
        json.loads(judged.bucket.objects[f"drift/churn/{each['run']}/quality.json"].content)
        for each in judged.record.history
    ]
    assert sum(each["troubles"].get("of_another_release", 0) for each in troubles) == 300


def test_more_than_can_wait_is_counted_as_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(route_truths, "MOST_WAITING", 100)
    judged = Judged()
    judged.truth(strangers(150, "old"))
    judged.run()
    judged.truth(strangers(80, "new"))
    judged.run()
    waiting = judged.bucket.objects[f"{run_folder('churn', judged.last)}waiting-truths.jsonl"]
    kept = [json.loads(line)[0].split("-")[1] for line in waiting.content.splitlines()]
    assert (kept.count("old"), kept.count("new")) == (20, 80)
    assert sum(shown.get("unmatched_truths", 0) for shown, _ in judged.gauges.shown) == 130


def test_truths_that_expire_before_they_are_read_are_counted_each_time_anew() -> None:
    bucket, mark = FakeMonitoring(datetime(2026, 1, 1, tzinfo=UTC)), Watermark("", "", "")
    parts = [Part("groundtruth/churn/2026/01/01/00/gone.jsonl", 0, 10)]
    truths = collect_truths.Truths("", parts, mark, "", 0, bucket, bucket)
    for _ in range(2):
        assert list(truths) == []
        assert truths.troubles == {"file_gone": 1}
    both = replace(truths, waiting="drift/churn/1/waiting-truths.jsonl")
    assert list(both) == []
    assert both.troubles == {"file_gone": 2}


def test_answers_that_do_not_hold_what_is_compared_are_told_once_a_day() -> None:
    judged = Judged(prediction="label.name")
    for hour in range(30):
        ids = judged.ask(50, name=f"{hour}")
        judged.run()
        judged.truth(right(ids))
        judged.run()
    assert judged.announcer.kinds[:2] == [FAILED] * 2
    (first, *_) = judged.announcer.news
    assert first.reason.startswith(
        "How good the model of churn is cannot be told: 200 of 200 truths cannot be compared with "
        "what was answered: 200 no prediction. `drift.quality` says where"
    )
    page = judged.bucket.objects[judged.report].content.decode()
    assert "Of what is known was left out: 1,500 no prediction." in page
    assert "Left out: 1,500 no prediction." in judged.known.figures.reason


# ── a look that fails ───────────────────────────────────────────────────────────────────────────


def test_drift_is_judged_where_quality_cannot_be(monkeypatch: pytest.MonkeyPatch) -> None:
    judged = Judged()
    ids = judged.ask()
    judged.run()
    judged.truth(right(ids, wrong=3))

    def fails(ref: RunRef) -> None:
        raise MemoryError("Runtime exited")

    with monkeypatch.context() as patched:
        patched.setattr(judged, "quality", fails)
        for _ in range(30):
            judged.ask()
            assert judged.run()["verdict"] == "no-drift"
    assert judged.announcer.kinds == [FAILED] * 2
    assert "could not be looked at: Runtime exited" in judged.announcer.news[0].reason
    judged.run()
    assert judged.figure("accuracy") == pytest.approx(0.99)


# ── business metrics ────────────────────────────────────────────────────────────────────────────


def test_business_metrics_are_judged_of_every_minute_once(monkeypatch: pytest.MonkeyPatch) -> None:
    metric = {"namespace": "Shop", "metric": "Conversion", "at_least": 0.02}
    judged = Judged(business=[metric])
    judged.numbers_of_users.values["Conversion"] = 0.03
    for number in range(12):
        judged.clock.advance(minutes=13)
        with monkeypatch.context() as patched:
            if number in {3, 4, 8}:
                patched.setattr(judged, "_known", lambda _: {"quality": ""})
            judged.run(f"{number}")
        assert judged.record.truths
        asked = judged.numbers_of_users.asked[-1]
        assert asked[4].isoformat() == judged.record.truths["until"]
    windows = [asked[3:] for asked in judged.numbers_of_users.asked]
    assert len(windows) == 9
    for (_, until), (since, _) in pairwise(windows):
        assert since == until
    late = judged.clock.now() - windows[-1][1]
    assert timedelta(minutes=2) <= late < timedelta(minutes=7)
    # A person who asks twice within minutes asks about nothing new.
    judged.clock.advance(hours=-1)
    judged.run("again")
    assert len(judged.numbers_of_users.asked) == 9
