"""DynamoDB takes items of 400 KiB: whatever columns are called, a run can be ended."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import UTC, datetime

import pytest

from slipway.domain.drift.baseline import Baseline
from slipway.domain.drift.baseline.problems import BaselineUnreadable
from slipway.domain.drift.episode import REMEMBERED, Episode, Window, next_turn
from slipway.domain.drift.outcome import RunOutcome
from slipway.domain.drift.reading import observe
from slipway.domain.drift.record import HISTORY, DriftRecord
from slipway.domain.drift.report import PastLook
from slipway.domain.drift.verdict import DriftVerdict, Finding, Severity, Verdict
from slipway.usecases.drift_news import plain_turn
from tests.unit.drift_reading.records import as_json, file, record
from tests.unit.drift_reading.test_reading_json import ROWS

MOST = 400 * 1024


def outcome(length: int) -> RunOutcome:
    """Return what is found where a hundred columns drift whose names are so long."""
    names = [f"{n:03}" + "é" * ((length - 3) // 2) for n in range(REMEMBERED)]
    findings = tuple(
        Finding(name, "input", "ks", 0.5, 0.1, 0.0, Severity.SEVERE, True, True, "far off")
        for name in names
    )
    reason = "; ".join(names[:3])
    verdict = DriftVerdict(Verdict.DRIFT, reason, findings, 1000, 1000)
    ratios = PastLook.of(verdict, datetime(2026, 3, 2, tzinfo=UTC)).ratios
    return RunOutcome(verdict, ratios=ratios)


def worst(length: int) -> DriftRecord:
    """Return what the ledger holds after sixty such runs, while one more tells."""
    found = outcome(length)
    window = Window("2026-03-02T08:00:00Z", "2026-03-02T09:00:00Z", "2026-03-02T10:00:00Z")
    turn = next_turn(None, found.verdict, window, "run")
    assert isinstance(turn.episode, Episode)
    episode = turn.episode.as_dict()
    known = DriftRecord(
        "churn", episode=episode, telling={"turn": plain_turn(turn)}, replaced={"episode": episode}
    )
    for n in range(60):
        known = known.ended(found.entry(f"run-{n}", "", "2026-03-02T10:00:00+00:00"))
    return known


@pytest.mark.parametrize(("length", "kept"), [(30, HISTORY), (255, 15)])
def test_what_is_remembered_fits_and_the_newest_is_among_it(length: int, kept: int) -> None:
    known = worst(length)
    assert len(json.dumps(asdict(known), ensure_ascii=False).encode()) < MOST
    assert len(known.history) >= kept
    assert known.history[-1]["run"] == "run-59"


def test_one_entry_is_kept_however_large() -> None:
    huge = {"run": "huge", "verdict": "drift", "reason": "x" * MOST}
    assert [each["run"] for each in replace(worst(30)).ended(huge).history] == ["huge"]


def test_longer_names_are_refused_by_their_place() -> None:
    csv = f"age,{'n' * 256}\n1,2\n".encode()
    with pytest.raises(BaselineUnreadable, match="column 2 is longer than 255 bytes"):
        Baseline.from_csv(lambda: [csv])
    numbers = {"common": {"num_present": 1, "num_missing": 0}}
    feature = {"name": "é" * 128, "inferred_type": "Integral", "numerical_statistics": numbers}
    statistics = {"dataset": {"item_count": 1}, "features": [feature]}
    with pytest.raises(BaselineUnreadable, match="is longer than 255 bytes"):
        Baseline.from_model_monitor(statistics, {"features": []})


def test_a_request_with_such_names_shows_no_columns() -> None:
    odd = record(as_json({"n" * 256: 1}))
    seen = observe([file(odd, odd, record(as_json(ROWS[0])))])
    assert [column.name for column in seen.schema().inputs] == ["age", "income", "plan"]
