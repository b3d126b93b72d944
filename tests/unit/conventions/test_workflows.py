from __future__ import annotations

import re
from collections import Counter
from math import inf
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.conventions.project import (
    PACKAGE,
    WORKFLOWS,
    imports,
    modules,
    resources,
    states,
    tasks,
    workflow,
)

if TYPE_CHECKING:
    from pathlib import Path

# Errors that AWS raises by these names, beside those of States. and of the SDK integrations.
PLATFORM_ERRORS = {
    "Lambda.AWSLambdaException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.SdkClientException",
    "Lambda.ServiceException",
    "Lambda.TooManyRequestsException",
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Sandbox.Timedout",
    "States.ALL",
    "States.Timeout",
}
SDK_ERROR = re.compile(r"(DynamoDb|StepFunctions)\.\w+Exception|DynamoDb\.RequestLimitExceeded\w*")
COMPENSATIONS = {
    "Compensate",
    "Go On Without Quality",
    "Hand Back",
    "Keep Claim",
    "Keep Previous",
    "Leave Ringing",
    "Record Failure",
    "Restore Guards",
    "Roll Back",
    "Stay Awake",
}

every_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)


def raised_errors() -> set[str]:
    """Return the names of the exception classes that the package defines."""
    return {
        node.name
        for _, tree in modules(PACKAGE)
        for node in tree.body
        if hasattr(node, "bases") and hasattr(node, "name")
    }


@every_workflow
def test_workflows_use_jsonata_throughout(path: Path) -> None:
    machine = workflow(path)
    assert machine["QueryLanguage"] == "JSONata"
    old = {"Parameters", "ResultPath", "ResultSelector", "InputPath", "OutputPath"}
    assert [name for name, state in states(machine) if old & state.keys()] == []


@every_workflow
def test_every_state_is_reached_and_every_next_exists(path: Path) -> None:
    machine = workflow(path)
    targets = Counter([machine["StartAt"]])
    for _, state in states(machine):
        targets.update(_targets(state))
    assert set(targets) == {name for name, _ in states(machine)}


def _targets(state: dict[str, Any]) -> list[str]:
    found = [state.get("Next"), state.get("Default")]
    found += [state.get("ItemProcessor", {}).get("StartAt")]
    found += [each["Next"] for key in ("Choices", "Catch") for each in state.get(key, [])]
    return [name for name in found if name]


@every_workflow
def test_error_names_exist(path: Path) -> None:
    known = raised_errors() | PLATFORM_ERRORS
    for name, state in states(workflow(path)):
        for rule in (*state.get("Retry", []), *state.get("Catch", [])):
            unknown = [
                error
                for error in rule["ErrorEquals"]
                if error not in known and not SDK_ERROR.fullmatch(error)
            ]
            assert unknown == [], name


@every_workflow
def test_a_general_catch_comes_last_and_ends_in_a_compensation(path: Path) -> None:
    for name, state in states(workflow(path)):
        catches = state.get("Catch", [])
        general = [each for each in catches if "States.ALL" in each["ErrorEquals"]]
        assert not general or [*catches[-1:]] == general, name
        assert all(each["Next"] in COMPENSATIONS for each in general), name


@every_workflow
def test_a_timeout_that_is_no_failure_is_caught_by_name(path: Path) -> None:
    waiting = [
        (name, state)
        for name, state in tasks(workflow(path))
        if state["Resource"].endswith(".waitForTaskToken")
    ]
    for name, state in waiting:
        assert "States.Timeout" in state["Catch"][0]["ErrorEquals"], name


@every_workflow
def test_state_names_are_words(path: Path) -> None:
    machine = workflow(path)
    assert machine["Comment"]
    odd = [name for name, _ in states(machine) if not re.fullmatch(r"[A-Z][A-Za-z ]+\??", name)]
    assert odd == []


@every_workflow
def test_substitutions_are_defined_and_used(path: Path) -> None:
    used = set(re.findall(r"\$\{(\w+)\}", path.read_text()))
    (machine,) = (
        properties
        for properties in resources("AWS::Serverless::StateMachine").values()
        if properties["DefinitionUri"] == f"statemachines/{path.name}"
    )
    assert set(machine["DefinitionSubstitutions"]) == used


def test_every_workflow_is_deployed() -> None:
    assert len(resources("AWS::Serverless::StateMachine")) == len(WORKFLOWS)


def test_handlers_import_no_error_that_is_not_raised() -> None:
    # Keeps the error module honest: a class that nobody raises is a promise nobody keeps.
    raised = {name for _, tree in modules(PACKAGE) for name in imports(tree)}
    declared = [
        node.name
        for path, tree in modules(PACKAGE)
        if path == PACKAGE / "errors.py"
        for node in tree.body
        if hasattr(node, "bases")
    ]
    unused = [name for name in declared if f"slipway.errors.{name}" not in raised]
    named = "".join(path.read_text() for path in WORKFLOWS)
    assert [name for name in unused if name != "SlipwayError" and f'"{name}"' not in named] == []


def test_an_inspection_that_ran_out_of_time_is_not_tried_again() -> None:
    (release,) = (path for path in WORKFLOWS if path.name == "release.asl.json")
    retried = [
        error
        for rule in workflow(release)["States"]["Inspect Artifact"]["Retry"]
        for error in rule["ErrorEquals"]
    ]
    assert "ServiceBusy" in retried
    assert "Sandbox.Timedout" not in retried


# Containers may take an hour to download a model and another one to start, after instances came.
LONGEST_UPDATE_HOURS = 3


def _delays(retry: dict[str, Any]) -> list[float]:
    """Return how long each retry waits on average: full jitter takes half of what is written."""
    first, rate = retry["IntervalSeconds"], retry["BackoffRate"]
    most = retry.get("MaxDelaySeconds", inf)
    return [min(first * rate**number, most) / 2 for number in range(retry["MaxAttempts"])]


# The longest that SageMaker takes to move weights, and what Slipway may add to it.
LONGEST_SHIFT_SECONDS, MOST_LATE_SECONDS = 75, 5


@pytest.mark.parametrize(
    ("path", "state"),
    [("release.asl.json", "Roll Back"), ("remediate.asl.json", "Revert Promotion")],
)
def test_traffic_is_taken_back_soon_after_sagemaker_has_moved_other_weights(
    path: str, state: str
) -> None:
    (machine,) = [each for each in WORKFLOWS if each.name == path]
    retries = workflow(machine)["States"][state]["Retry"]
    (busy,) = [each for each in retries if each["ErrorEquals"] == ["EndpointBusy"]]
    waited, longest = 0.0, 0.0
    for delay in _delays(busy):
        if waited > LONGEST_SHIFT_SECONDS:
            break
        waited, longest = waited + delay, 2 * delay
    assert waited > LONGEST_SHIFT_SECONDS
    assert longest <= MOST_LATE_SECONDS


@pytest.mark.parametrize("state", ["Size Canary", "Shift Traffic", "Arm Bake", "Roll Back"])
def test_a_change_of_traffic_waits_for_any_other_change_of_the_endpoint(state: str) -> None:
    (release,) = [path for path in WORKFLOWS if path.name == "release.asl.json"]
    retries = workflow(release)["States"][state]["Retry"]
    (busy,) = [each for each in retries if each["ErrorEquals"] == ["EndpointBusy"]]
    delays = _delays(busy)
    # Short changes are met at once; each retry is a transition that AWS bills.
    assert sum(delays[:20]) < 180
    assert sum(delays) > LONGEST_UPDATE_HOURS * 3600
    assert len(delays) <= 500


def test_a_batch_waits_for_functions_that_others_have() -> None:
    (drift,) = [path for path in WORKFLOWS if path.name == "drift.asl.json"]
    batch = workflow(drift)["States"]["Profile Captures"]["ItemProcessor"]["States"][
        "Profile Batch"
    ]
    throttled = "Lambda.TooManyRequestsException"
    (rule,) = [each for each in batch["Retry"] if throttled in each["ErrorEquals"]]
    # An express execution lasts five minutes, and the batch itself needs some of them.
    assert 100 <= sum(_delays(rule)) <= 300 - batch["TimeoutSeconds"]
