import io
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from slipway.domain.lease import EndpointRecord
from slipway.domain.release import Drop, LiveRelease, ReleaseRecord
from slipway.errors import ReleaseUnknown
from slipway_cli import watching
from slipway_cli.showing import StepLog, clock, duration, outcome_line
from slipway_cli.steps import History, Step
from slipway_cli.watching import View, follow

BEGIN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
DROP = Drop("churn", "1", "bucket", "models/churn/1/model.tar.gz", "v1", "")


class FakeBook:
    """A ledger that says one thing at each look and stays with the last."""

    def __init__(self, *outcomes: str, live: LiveRelease | None = None) -> None:
        self.outcomes = list(outcomes)
        self.live = live

    def read_release(self, endpoint: str, release: str) -> ReleaseRecord:
        assert (endpoint, release) == ("churn", DROP.release)
        outcome = self.outcomes.pop(0) if self.outcomes else ""
        if not outcome:
            raise ReleaseUnknown(release)
        return ReleaseRecord(
            DROP, outcome, f"because {outcome}", BEGIN.isoformat(), "arn:execution"
        )

    def read_endpoint(self, name: str) -> EndpointRecord:
        return EndpointRecord(name, live=self.live)


@pytest.fixture(autouse=True)
def no_history(monkeypatch):
    monkeypatch.setattr(watching, "read_history", lambda execution: History())


def views(book: FakeBook) -> tuple[list[str], list[float]]:
    pauses: list[float] = []
    seen = follow(book, DROP, "sha", interval=3, pause=pauses.append)
    return [view.outcome for view in seen], pauses


def test_follows_until_the_release_is_over():
    seen, pauses = views(FakeBook("", "running", "parked", "running", "succeeded", "failed"))
    assert seen == ["waiting", "running", "parked", "running", "succeeded"]
    assert pauses == [3, 3, 3, 3]


def test_the_step_that_writes_the_outcome_is_waited_for():
    assert not view_of("succeeded", step("Record Success", 0, None)).over
    assert view_of("succeeded", step("Record Success", 0, 1)).over


@pytest.mark.parametrize("end", ["failed", "rolled-back", "superseded"])
def test_every_final_outcome_ends_it(end):
    assert views(FakeBook("running", end))[0] == ["running", end]


def test_content_that_is_live_already_makes_no_release():
    live = LiveRelease(DROP, "sha", "config", "model", "variant", "ml.m5.large", 2)
    assert views(FakeBook(live=live))[0] == ["unchanged"]


def step(name: str, second: float, took: float | None) -> Step:
    started = BEGIN + timedelta(seconds=second)
    if took is None:
        return Step(name, "running", started)
    return Step(name, "done", started, started + timedelta(seconds=took))


def printed(*views: View) -> list[list[str]]:
    out = io.StringIO()
    log = StepLog(Console(file=out, width=100))
    for view in views:
        log.show(view)
    return [line.split() for line in out.getvalue().splitlines()]


def view_of(outcome: str, *steps: Step, execution: str = "a") -> View:
    return View(outcome, steps=list(steps), execution=execution)


def test_each_step_is_printed_once_when_it_is_over():
    claim = step("Claim Release", 0, 2)
    lines = printed(
        view_of("running", step("Claim Release", 0, None)),
        view_of("running", claim, step("Create Endpoint", 2, None)),
        # It is over, and may yet begin again.
        view_of("running", claim, step("Create Endpoint", 2, 200)),
        view_of("succeeded", claim, step("Create Endpoint", 2, 260)),
    )
    assert lines == [
        ["✓", "Claim", "Release", "+00:00", "2.0", "s"],
        ["✓", "Create", "Endpoint", "+00:02", "4", "min", "20", "s"],
    ]


@pytest.mark.parametrize(
    ("second", "said"), [(3, "Create Endpoint"), (192, "Create Endpoint  +03:12")]
)
def test_a_long_step_shows_how_long_it_takes(second, said):
    now = BEGIN + timedelta(seconds=second)
    view = View("running", steps=[step("Create Endpoint", 0, None)], execution="a", now=now)
    assert StepLog(Console(file=io.StringIO())).show(view) == said


def test_a_new_execution_begins_a_new_list():
    lines = printed(
        view_of("parked", step("Take Lease", 0, 1)),
        view_of("running", step("Claim", 900, 1), step("Take Lease", 901, None), execution="b"),
    )
    assert lines[-1] == ["✓", "Claim", "+00:00", "1.0", "s"]


def test_the_outcome_says_why():
    view = View("failed", "the archive holds `../x`")
    assert outcome_line("churn", "1", view).plain == "failed  churn 1: the archive holds `../x`"


@pytest.mark.parametrize(
    ("seconds", "said", "on_the_watch"),
    [
        (0.04, "0.0 s", "+00:00"),
        (59.9, "59.9 s", "+00:59"),
        (312, "5 min 12 s", "+05:12"),
        (7260, "2 h 01 min", "+2:01:00"),
    ],
)
def test_lengths_of_time(seconds, said, on_the_watch):
    assert (duration(seconds), clock(seconds)) == (said, on_the_watch)
