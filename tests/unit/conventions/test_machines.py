"""The workflows keep the rules, and each rule sees what breaks it."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.conventions import machines
from tests.unit.conventions.machines import MACHINE_RULES, UNCAUGHT
from tests.unit.conventions.project import WORKFLOWS, states, tasks, workflow

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Change = Callable[[dict[str, Any]], None]


def name_of(path: Path) -> str:
    return path.name.partition(".")[0]


every_workflow = pytest.mark.parametrize("path", WORKFLOWS, ids=name_of)


@every_workflow
@pytest.mark.parametrize("rule", MACHINE_RULES, ids=lambda rule: rule.__name__)
def test_the_workflow_keeps_the_rule(rule: Any, path: Path) -> None:
    assert list(rule(name_of(path), workflow(path))) == []


def test_whoever_is_said_to_be_uncaught_is_there() -> None:
    known = {(name_of(path), task) for path in WORKFLOWS for task, _ in tasks(workflow(path))}
    assert UNCAUGHT.keys() - known == set()
    assert all(UNCAUGHT.values())


def state_of(machine: dict[str, Any], wanted: str) -> dict[str, Any]:
    return next(state for name, state in states(machine) if name == wanted)


def forget(state: str, field: str) -> Change:
    return lambda machine: state_of(machine, state).pop(field)


def without_jitter(state: str) -> Change:
    return lambda machine: state_of(machine, state)["Retry"][-1].pop("JitterStrategy")


def straight_to(state: str, kind: str) -> Change:
    """Let whatever a state fails with lead to an end."""

    def change(machine: dict[str, Any]) -> None:
        machine["States"]["Lost"] = {"Type": kind}
        for catch in state_of(machine, state)["Catch"]:
            catch["Next"] = "Lost"

    return change


def by_a_pass(state: str) -> Change:
    def change(machine: dict[str, Any]) -> None:
        straight_to(state, "Succeed")(machine)
        machine["States"]["By"] = {"Type": "Pass", "Comment": "Says why.", "Next": "Lost"}
        for catch in state_of(machine, state)["Catch"]:
            catch["Next"] = "By"

    return change


def everything_first(machine: dict[str, Any]) -> None:
    catches = next(s["Catch"] for _, s in states(machine) if len(s.get("Catch", [])) > 1)
    catches.reverse()


BROKEN: list[tuple[Any, Any]] = [
    (
        machines.every_task_and_the_machine_end_in_time,
        lambda machine: machine.pop("TimeoutSeconds"),
    ),
    (machines.every_task_and_the_machine_end_in_time, forget("Smoke Test", "TimeoutSeconds")),
    (machines.tasks_retry_what_passes_with_full_jitter, forget("Smoke Test", "Retry")),
    (machines.tasks_retry_what_passes_with_full_jitter, without_jitter("Smoke Test")),
    (machines.what_fails_is_caught, forget("Take Lease", "Catch")),
    (machines.what_fails_is_caught, forget("Shift Traffic", "Catch")),
    (machines.what_is_caught_is_compensated, straight_to("Smoke Test", "Succeed")),
    (machines.what_is_caught_is_compensated, straight_to("Smoke Test", "Fail")),
    (machines.what_is_caught_is_compensated, by_a_pass("Smoke Test")),
    (machines.a_general_catch_stands_last, everything_first),
]


@pytest.mark.parametrize(("rule", "change"), BROKEN)
def test_a_rule_sees_what_breaks_it(rule: Any, change: Change) -> None:
    (release,) = [path for path in WORKFLOWS if name_of(path) == "release"]
    machine = deepcopy(workflow(release))
    change(machine)
    assert list(rule("release", machine)) != []


@every_workflow
def test_a_task_that_is_caught_no_more_is_seen_in_every_workflow(path: Path) -> None:
    caught = [name for name, state in tasks(workflow(path)) if "Catch" in state]
    for name in caught:
        machine = deepcopy(workflow(path))
        del state_of(machine, name)["Catch"]
        found = list(machines.what_fails_is_caught(name_of(path), machine))
        assert found or (name_of(path), name) in UNCAUGHT, name


def test_every_rule_can_be_broken() -> None:
    assert {rule for rule, _ in BROKEN} == set(MACHINE_RULES)
