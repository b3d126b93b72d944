"""Runs one after the other: what is compared with what, what is told, what a crash leaves."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from slipway.domain.drift.baseline import Baseline
from slipway.errors import BaselineRefused, RunLost
from tests.fakes.make import drop, execution
from tests.unit.drift_runs.captures import line, lines
from tests.unit.drift_runs.watching import Watching

if TYPE_CHECKING:
    from slipway.usecases.drift_run import RunRef
    from tests.unit.drift_runs.watching import State

DETECTED, SUGGESTED, OVER = "Model Drift Detected", "Retraining Suggested", "Model Drift Over"


@pytest.fixture
def watching() -> Watching:
    """An endpoint with training data beside its model."""
    watching = Watching(label="label")
    watching.baseline()
    return watching


def report_of(watching: Watching) -> dict[str, bytes]:
    """Return the files of the last run that wrote any."""
    uri = next(each["report"] for each in reversed(watching.record.history) if each["report"])
    folder = uri.removeprefix("s3://monitoring/").rpartition("/")[0]
    names = [key for key in watching.bucket.objects if key.startswith(folder)]
    return {key.rpartition("/")[2]: watching.bucket.objects[key].content for key in names}


def _content(watching: Watching, uri: str) -> Any:
    return json.loads(watching.bucket.objects[uri.removeprefix("s3://monitoring/")].content)


def test_traffic_like_the_training_data_is_no_drift(watching: Watching) -> None:
    watching.traffic()
    told = watching.run()
    assert (told["verdict"], told["told"]) == ("no-drift", [])
    record = watching.record
    assert record.run is None
    assert record.baseline is not None
    assert (record.baseline.source, record.baseline.rows) == ("baseline.csv", 2000)
    assert record.baseline.uri == "s3://artifacts/models/churn/1/baseline.csv"
    (entry,) = record.history
    assert (entry["verdict"], entry["rows"], entry["files"]) == ("no-drift", 400, 1)
    files = report_of(watching)
    assert set(files) == {"statistics.json", "constraint_violations.json", "report.html"}
    assert json.loads(files["statistics.json"])["dataset"]["item_count"] == 400
    assert json.loads(files["constraint_violations.json"]) == {"violations": []}
    assert files["report.html"].startswith(b"<!doctype html>")


def test_drift_is_told_once_and_its_end_too(watching: Watching) -> None:
    for mean in (0.0, 2.0, 2.0, 2.0, 0.0, 0.0, 0.0, 0.0):
        watching.clock.advance(hours=11)
        watching.traffic(mean=mean)
        watching.run()
    assert watching.announcer.kinds == [DETECTED, SUGGESTED, OVER]
    detected, suggested, over = watching.announcer.news
    assert [each.for_people for each in watching.announcer.news] == [True, False, True]
    assert "a: the jensen_shannon distance" in detected.reason
    assert detected.reason.endswith("Training the model anew is suggested.")
    assert detected.facts["features"][0]["name"] == "a"
    assert detected.report.endswith("/report.html")
    assert (detected.release, detected.version) == (watching.live.release, "1")
    assert suggested.facts["data"] == {
        "captured": f"s3://monitoring/capture/churn/{watching.live.variant}/",
        "baseline": "s3://artifacts/models/churn/1/baseline.csv",
        "statistics": detected.report.replace("report.html", "statistics.json"),
        "violations": detected.report.replace("report.html", "constraint_violations.json"),
    }
    assert over.facts["episode"] == detected.facts["episode"]
    assert watching.record.episode is None


def test_a_time_that_is_none_fails_no_run(watching: Watching) -> None:
    watching.traffic(mean=2.0)
    watching.capture(line("1,2", inferenceTime="0"))
    assert watching.run()["verdict"] == "drift"
    assert watching.record.episode
    assert watching.record.episode["began"] == "2026-03-02T08:30:00Z"


def test_violations_are_written_as_model_monitor_does(watching: Watching) -> None:
    watching.traffic(mean=2.0)
    watching.run()
    ((violation,),) = json.loads(report_of(watching)["constraint_violations.json"]).values()
    assert violation["feature_name"] == "a"
    assert violation["constraint_check_type"] == "baseline_drift_check"


def test_metrics_are_those_of_the_features_that_moved_most(watching: Watching) -> None:
    watching.settings["metrics"] = 1
    watching.serve(drop("1"))
    watching.traffic(mean=2.0)
    watching.run()
    ((values, dimensions),) = watching.gauges.shown
    assert dimensions == {"Endpoint": "churn"}
    assert {name for name in values if name.startswith("feature")} == {"feature_baseline_drift_a"}
    assert values["feature_baseline_drift_a"] > 0.3
    assert (values["rows"], values["drifted_features"]) == (400, 1)


def test_without_captures_nothing_can_be_told_and_nobody_is_called(watching: Watching) -> None:
    watching.traffic(mean=2.0)
    watching.run()
    for _ in range(30):
        assert watching.run()["verdict"] == "cannot-tell"
    assert watching.announcer.kinds == [DETECTED, SUGGESTED]
    assert watching.record.history[-1]["reason"] == "Nothing was captured since the last look."
    assert watching.record.episode is not None


def test_too_few_rows_are_judged_together_with_the_next_ones(watching: Watching) -> None:
    watching.traffic(150, mean=2.0)
    told = watching.run()
    assert (told["verdict"], watching.announcer.kinds) == ("cannot-tell", [])
    pending = watching.record.pending
    assert pending is not None
    assert pending.rows == 150
    watching.run()
    assert watching.record.pending == pending
    watching.traffic(100, mean=2.0)
    assert watching.run()["verdict"] == "drift"
    assert watching.record.history[-1]["rows"] == 250
    assert watching.record.pending is None


def test_what_cannot_be_read_spoils_no_later_window(watching: Watching) -> None:
    watching.traffic(150)
    watching.run()
    waiting = watching.record.pending
    watching.capture(b"nonsense\n" * 5000 + line("1,2") + b"\n")
    assert "cannot be read" in watching.run()["reason"]
    assert watching.record.pending == waiting
    watching.traffic(250)
    assert watching.run()["verdict"] == "no-drift"
    assert watching.record.history[-1]["rows"] == 400


def test_what_was_too_little_is_not_judged_together_with_next_weeks(watching: Watching) -> None:
    watching.traffic(150, mean=5.0)
    watching.run()
    watching.clock.advance(days=8)
    watching.traffic(250)
    assert watching.run()["verdict"] == "no-drift"
    assert watching.record.history[-1]["rows"] == 250


def test_what_waits_is_judged_although_answers_are_learnt_meanwhile() -> None:
    watching = Watching(label="label", learn=300)
    watching.baseline()
    for rows in (210, 100):
        watching.traffic(rows)
        watching.run()
    assert watching.record.learning
    assert watching.record.learning.rows == 310
    watching.traffic(150)
    watching.run()
    assert [each["rows"] for each in watching.record.history] == [210, 100, 250]
    ended = watching.record
    assert ended.pending is None
    assert ended.learning is None


def test_without_training_data_the_first_captures_are_the_baseline() -> None:
    watching = Watching(learn=500)
    watching.traffic(300)
    assert watching.run()["reason"] == "There is no baseline to compare with."
    assert watching.record.learning is not None
    watching.traffic(300)
    watching.run()
    known = watching.record.baseline
    assert known is not None
    assert (known.source, known.rows) == ("captures", 600)
    done = watching.record
    assert done.learning is None
    told = {name: _content(watching, uri) for name, uri in known.files.items()}
    assert Baseline.from_model_monitor(**told).rows == 600
    watching.traffic()
    assert watching.run()["verdict"] == "no-drift"
    watching.traffic(mean=2.0)
    watching.run()
    assert watching.announcer.kinds == [DETECTED, SUGGESTED]
    data = watching.announcer.news[-1].facts["data"]
    assert data["baseline"] == known.uri
    assert data["baseline_statistics"] == f"{known.uri.removesuffix('.json')}/statistics.json"
    assert data["baseline_constraints"] == f"{known.uri.removesuffix('.json')}/constraints.json"


def test_one_odd_request_does_not_say_which_columns_there_are() -> None:
    watching = Watching(learn=300)
    watching.capture(line("1,2,3"), "odd")
    watching.traffic(20)
    watching.run()
    assert watching.record.history[-1]["troubles"] == {"wrong_width": 1}
    assert watching.record.history[-1]["rows"] == 20


def test_columns_are_learnt_anew_if_most_rows_have_others() -> None:
    watching = Watching(learn=300)
    watching.capture(line("1,2,3"))
    for _ in range(3):
        watching.run()
        watching.traffic(400)
    assert watching.record.baseline
    assert watching.record.baseline.rows == 400
    assert watching.run()["verdict"] == "no-drift"


def test_predictions_are_learnt_while_inputs_are_judged(watching: Watching) -> None:
    def answered(value: float, rows: int = 600) -> None:
        numbers = [watching.numbers.gauss(0, 1) for _ in range(2 * rows)]
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        told = [
            line(f"{a:.4f},{b:.4f}", f"{value + a / 10:.4f}", event=f"{value}-{n}")
            for n, (a, b) in enumerate(pairs)
        ]
        watching.capture(b"\n".join(told))

    for value in (0.4, 0.4, 0.4, 0.9):
        answered(value)
        watching.run()
    verdicts = [each["verdict"] for each in watching.record.history]
    assert verdicts == ["no-drift", "no-drift", "no-drift", "drift"]
    assert watching.record.history[-1]["features"] == ["prediction"]
    assert watching.record.baseline is not None
    assert watching.record.baseline.source == "baseline.csv"


def test_model_monitors_files_are_a_baseline_too(watching: Watching) -> None:
    csv = watching.beside.files.pop("models/churn/1/baseline.csv")[0]
    made = Baseline.from_csv(lambda: [csv], label="label")
    for name, told in (("statistics", made.statistics()), ("constraints", made.constraints())):
        watching.beside.place(f"models/churn/1/{name}.json", json.dumps(told).encode())
    watching.traffic(mean=2.0)
    assert watching.run()["verdict"] == "drift"
    assert watching.record.baseline is not None
    assert watching.record.baseline.source == "model-monitor"


def test_a_baseline_that_is_none_is_refused_with_its_name(watching: Watching) -> None:
    watching.beside.place("models/churn/1/baseline.csv", b"")
    watching.traffic()
    ref = watching.begin()
    assert ref
    planned = watching.plan(ref)
    with pytest.raises(BaselineRefused, match=r"baseline\.csv of version 1 cannot be used"):
        watching.learn(ref, planned)


def test_new_training_data_replaces_what_was_compared_with(watching: Watching) -> None:
    watching.traffic(mean=2.0)
    watching.run()
    text = watching.beside.files["models/churn/1/baseline.csv"][0].decode().splitlines()
    moved = [f"{float(row.split(',')[0]) + 2},{row.partition(',')[2]}" for row in text[1:]]
    watching.beside.place("models/churn/1/baseline.csv", "\n".join([text[0], *moved]).encode())
    watching.traffic(mean=2.0)
    assert watching.run()["verdict"] == "no-drift"


def test_another_release_has_its_own_baseline_and_no_old_episode(watching: Watching) -> None:
    watching.traffic(mean=2.0)
    watching.run()
    watching.clock.advance(minutes=10)
    watching.serve(drop("2"))
    watching.clock.advance(hours=1)
    watching.traffic(mean=2.0)
    assert watching.run()["reason"] == "There is no baseline to compare with."
    assert watching.record.episode is None
    assert watching.record.version == "2"
    assert watching.announcer.kinds == [DETECTED, SUGGESTED, OVER]
    over = watching.announcer.news[-1]
    assert over.reason.endswith("is over: version 1 was replaced by version 2.")
    assert (over.version, over.report) == ("1", watching.announcer.news[0].report)
    assert over.facts["episode"] == watching.announcer.news[0].facts["episode"]
    assert [each["verdict"] for each in watching.record.looks] == ["cannot-tell"]
    watching.run()
    assert watching.announcer.kinds == [DETECTED, SUGGESTED, OVER]


def test_a_pipeline_is_told_of_all_folders_that_the_window_lies_in(watching: Watching) -> None:
    def told() -> list[str]:
        news = [each for each in watching.announcer.news if each.kind == SUGGESTED]
        return [each.facts["data"]["captured"] for each in news]

    watching.traffic(mean=0.5)
    watching.run()
    first = watching.live.variant
    watching.serve(drop("1", minute=5))
    assert watching.live.variant != first
    for _ in range(3):
        watching.traffic(mean=4.0)
        watching.run()
    assert told() == [f"s3://monitoring/capture/churn/{first}/", "s3://monitoring/capture/churn/"]
    for mean in (0.0, 0.0, 0.0, 4.0):
        watching.clock.advance(hours=11)
        watching.traffic(mean=mean)
        watching.run()
    assert watching.announcer.kinds.count(OVER) == 1
    assert told()[2:] == [f"s3://monitoring/capture/churn/{watching.live.variant}/"]


def test_a_model_in_the_place_of_another_is_judged_by_its_own_captures_only() -> None:
    watching = Watching(learn=300)
    watching.traffic(mean=5.0)
    watching.run()
    counted = watching.record.baseline
    # Half an hour later the hour's file holds what both were asked.
    watching.clock.advance(minutes=30)
    old = lines([f"{n % 7 + 5},1" for n in range(400)], "old", f"{watching.clock.now():%FT%TZ}")
    watching.clock.advance(minutes=5)
    watching.serve(drop("2"), in_place=True)
    watching.clock.advance(minutes=5)
    new = lines([f"{n % 7},1" for n in range(350)], "new", f"{watching.clock.now():%FT%TZ}")
    watching.clock.advance(minutes=45)
    watching.capture(old + new)
    watching.run()
    record = watching.record
    assert (record.version, record.history[-1]["rows"]) == ("2", 350)
    assert record.baseline
    assert record.baseline != counted
    assert record.baseline.rows == 350
    watching.run()
    assert watching.record.history[-1]["rows"] == 0


def test_what_serves_again_is_not_counted_again() -> None:
    watching = Watching(learn=300)
    watching.traffic()
    watching.run()
    first = watching.live
    watching.serve(drop("2"))
    watching.run()
    watching.put_live(first)
    assert watching.run()["reason"] == "Nothing was captured since the last look."
    watching.clock.advance(hours=1)
    watching.traffic(320)
    watching.run()
    assert watching.record.history[-1]["rows"] == 320


def test_where_only_slipway_asked_nothing_is_counted_and_all_is_read_again() -> None:
    watching = Watching(learn=100)
    watching.capture(line("1,2", inferenceId="slipway-smoke-1-0") + b"\n")
    assert watching.run()["reason"] == "No request of a user is among what was captured."
    assert watching.record.watermark is None
    watching.traffic(200)
    watching.run()
    assert watching.record.watermark is not None
    assert watching.record.history[-1]["files"] == 2


# ── runs that die, repeat and meet ──────────────────────────────────────────────────────────────


def test_a_run_that_dies_half_way_is_begun_anew_and_counts_everything_once(
    watching: Watching,
) -> None:
    watching.traffic()
    first = watching.begin("one")
    assert first
    watching.found(first)
    watching.executions.running.clear()
    watching.traffic()
    watching.run("two")
    assert watching.record.history[-1]["rows"] == 800
    assert watching.run("three")["reason"] == "Nothing was captured since the last look."


def test_each_state_may_be_repeated(watching: Watching) -> None:
    watching.traffic(mean=2.0)
    watching.clock.advance(hours=1)
    ref = watching.begin("one")
    assert ref
    for _ in range(2):
        assert watching.begin("one") == ref
        planned = watching.plan(ref)
        learnt = watching.learn(ref, planned)
    for _ in range(2):
        watching.profile(ref, planned, learnt)
        judged = watching.judge(ref, planned, learnt)
    watching.tell(ref, planned, judged)
    with pytest.raises(RunLost):
        watching.tell(ref, planned, judged)
    assert watching.record.history[-1]["rows"] == 400
    assert watching.announcer.kinds == [DETECTED, SUGGESTED]


@pytest.mark.parametrize("by", ["the same", "another"])
def test_what_was_decided_before_a_crash_is_told(watching: Watching, by: str) -> None:
    ref, planned, judged = _crashed(watching)
    if by == "the same":
        watching.tell(ref, planned, judged)
    else:
        watching.executions.running.clear()
        watching.run("two")
    assert watching.announcer.kinds == [DETECTED, SUGGESTED]
    assert watching.record.telling is None


def test_what_was_decided_of_one_model_is_not_told_of_the_next(watching: Watching) -> None:
    _crashed(watching)
    watching.executions.running.clear()
    before = watching.live
    watching.serve(drop("2"))
    watching.run("two")
    assert watching.announcer.kinds == [DETECTED, SUGGESTED, OVER]
    assert {each.version for each in watching.announcer.news} == {"1"}
    folder = watching.announcer.news[1].facts["data"]["captured"]
    assert folder.endswith(f"/{before.variant}/")


def _crashed(watching: Watching) -> tuple[RunRef, State, State]:
    """Let a run that found drift die after that was decided and before it was told."""
    watching.traffic(mean=2.0)
    watching.clock.advance(hours=1)
    ref = watching.begin("one")
    assert ref
    planned, judged = watching.found(ref)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(watching.announcer, "announce", _fail)
        with pytest.raises(ConnectionError):
            watching.tell(ref, planned, judged)
    return ref, planned, judged


def _fail(*_: Any) -> None:
    raise ConnectionError


def test_what_another_run_took_over_is_told_by_that_one_only(watching: Watching) -> None:
    watching.traffic(mean=2.0)
    first = watching.begin("one")
    assert first
    done = watching.found(first)
    watching.executions.running.clear()
    watching.run("two")
    with pytest.raises(RunLost):
        watching.tell(first, *done)
    assert watching.announcer.kinds == [DETECTED, SUGGESTED]


def test_files_that_grow_come_late_or_twice_are_counted_once(watching: Watching) -> None:
    rows = [f"{n % 3},{n % 5}" for n in range(400)]
    whole = lines(rows)
    half = whole[: len(whole) // 2]
    key = watching.capture(half, "grows")
    watching.run()
    watching.bucket.place(key, whole, watching.clock.now())
    watching.capture(whole, "copy")
    watching.capture(b"", "empty")
    watching.run()
    watching.capture(whole, "late-copy")
    watching.run()
    counted = [each["records"] for each in watching.record.history]
    assert sum(counted) - counted[1] >= len(half.splitlines())
    assert watching.record.history[-1]["rows"] == 0


def test_files_of_one_size_fit_into_the_payload_of_a_child(watching: Watching) -> None:
    def captured(number: int) -> bytes:
        return lines([f"{number:04},{n}" for n in range(4)], prefix=f"{number:04}")

    numbers = iter(range(10_000))
    for _ in range(6):
        for _ in range(60):
            watching.capture(captured(next(numbers)))
        watching.run()
    watching.capture(captured(0), "copy")
    for _ in range(60):
        watching.capture(captured(next(numbers)))
    watching.clock.advance(hours=1)
    ref = watching.begin("last")
    assert ref
    planned = watching.plan(ref)
    told = list(watching.bucket.lines(planned["plan"]))
    assert max(map(len, told)) < 200 * 1024
    watching.tell(ref, *watching.found(ref))
    assert watching.record.history[-1]["rows"] == 4 * 60


def test_failures_are_told_at_first_and_once_a_day(watching: Watching) -> None:
    failure = {"Error": "ServiceBusy", "Cause": '{"errorMessage": "throttled"}'}
    for hour in range(26):
        watching.clock.advance(hours=1)
        ref = watching.begin(f"{hour}")
        assert ref
        assert watching.fail(ref, failure)["reason"].endswith("throttled")
        watching.executions.running.clear()
    assert watching.announcer.kinds == ["Drift Check Failed"] * 2
    assert watching.record.failing
    assert watching.record.failing["times"] == 26
    watching.traffic()
    assert watching.run()["verdict"] == "no-drift"
    assert watching.record.failing is None


def test_a_failure_before_the_run_began_is_told_too(watching: Watching) -> None:
    from slipway.usecases.drift_run import RunRef

    watching.fail(RunRef(execution("one"), "churn", ""), {"Error": "States.Timeout"})
    assert watching.announcer.kinds == ["Drift Check Failed"]
    assert watching.record.history == ()


def test_a_failure_of_a_run_that_was_taken_over_changes_nothing(watching: Watching) -> None:
    first = watching.begin("one")
    assert first
    watching.executions.running.clear()
    second = watching.begin("two")
    watching.fail(first, {"Error": "States.Timeout"})
    assert watching.announcer.kinds == []
    assert second
    assert watching.record.run is not None
    assert watching.record.run.id == second.run


def test_what_an_older_ledger_does_not_know_is_as_the_defaults_say(watching: Watching) -> None:
    release = watching.ledger.read_release("churn", watching.live.release)
    key = ("churn", release.release)
    watching.ledger.releases[key] = replace(release, policy={})
    watching.beside.files.clear()
    for _ in range(2):
        watching.traffic(1000)
        told = watching.run()
    assert told["verdict"] == "no-drift"
