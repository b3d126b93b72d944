"""Events of Step Functions against the samples in AWS's documentation."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sandbox.workflows.events import status_change

SAMPLES = Path(__file__).parents[4] / "shared/data/events/states"
NAMES = {
    "execution-started": "RUNNING",
    "execution-succeeded": "SUCCEEDED",
    "execution-failed": "FAILED",
    "execution-timed-out": "TIMED_OUT",
    "execution-aborted": "ABORTED",
}


def sample(name: str) -> dict[str, Any]:
    found = sorted(SAMPLES.glob(f"*{name}.1.json"))
    if not found:
        pytest.skip(f"AWS's sample events are not on this machine ({SAMPLES.name}).")
    detail: dict[str, Any] = json.loads(found[0].read_text())["detail"]
    return detail


def moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


@pytest.mark.parametrize("name", NAMES)
def test_an_event_looks_like_the_documented_one(name: str) -> None:
    expected = sample(name)
    assert expected["status"] == NAMES[name]
    execution = SimpleNamespace(
        exec_arn=expected["executionArn"],
        state_machine=SimpleNamespace(arn=expected["stateMachineArn"]),
        name=expected["name"],
        status=expected["status"],
        start_date=moment(expected["startDate"]),
        stop_date=moment(expected["stopDate"]),
        input_data=json.loads(expected["input"]),
        output=json.loads(expected["output"]) if expected["output"] else None,
    )
    assert status_change(execution) == expected


def test_contents_that_are_too_long_are_left_out() -> None:
    execution = SimpleNamespace(
        exec_arn="arn",
        state_machine=SimpleNamespace(arn="machine"),
        name="n",
        status="SUCCEEDED",
        start_date=moment(1000),
        stop_date=moment(2000),
        input_data="x" * 130_000,
        output="y" * 130_000,
    )
    detail = status_change(execution)
    assert (detail["input"], detail["output"]) == (None, None)
    assert detail["inputDetails"] == detail["outputDetails"] == {"included": False}
