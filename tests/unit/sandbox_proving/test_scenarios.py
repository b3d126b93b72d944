"""Whether everything that the stack runs is proved."""

from __future__ import annotations

from pathlib import Path

from sandbox.proving.survey import workflow_of
from tests.prove.scenarios import SCENARIOS

FOLDER = Path(__file__).parents[3] / "statemachines"


def test_every_workflow_is_taken_by_a_scenario() -> None:
    """The survey of each scenario fails if it does not take what it says."""
    taken = {name for scenario in SCENARIOS for name in scenario.workflows}
    assert taken == {path.name.partition(".")[0] for path in FOLDER.glob("*.asl.json")}


def test_no_two_scenarios_have_one_name() -> None:
    names = [scenario.name for scenario in SCENARIOS]
    assert len(set(names)) == len(names)


def test_a_state_machine_is_told_by_its_file() -> None:
    assert workflow_of("slipway-BurstStateMachine-1A2B3C") == "burst"
