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


MACHINE = "arn:aws:states:eu-west-1:123456789012:stateMachine:release"
EXECUTION = "arn:aws:states:eu-west-1:123456789012:execution:release:one"


# As the documentation has it: what an execution that runs or failed has not, is null.
@pytest.mark.parametrize(
    ("status", "stopped", "output", "details"),
    [
        ("RUNNING", None, None, None),
        ("SUCCEEDED", 1_700_000_009_250, '{"n":1}', {"included": True}),
        ("FAILED", 1_700_000_009_250, None, None),
        ("TIMED_OUT", 1_700_000_009_250, None, None),
        ("ABORTED", 1_700_000_009_250, None, None),
    ],
)
def test_an_event_has_the_documented_members(
    status: str, stopped: int | None, output: str | None, details: dict[str, bool] | None
) -> None:
    execution = SimpleNamespace(
        exec_arn=EXECUTION,
        state_machine=SimpleNamespace(arn=MACHINE),
        name="one",
        status=status,
        start_date=moment(1_700_000_000_125),
        stop_date=moment(stopped),
        input_data={"drop": [1, 2]},
        output=json.loads(output) if output else None,
    )
    assert status_change(execution) == {
        "executionArn": EXECUTION,
        "stateMachineArn": MACHINE,
        "name": "one",
        "status": status,
        "startDate": 1_700_000_000_125,
        "stopDate": stopped,
        "input": '{"drop":[1,2]}',
        "inputDetails": {"included": True},
        "output": output,
        "outputDetails": details,
    }


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
