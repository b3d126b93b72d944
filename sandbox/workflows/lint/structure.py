"""States, their fields, and the ways between them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sandbox.workflows.interpreter.definitions import inner_machines, walk_states
from sandbox.workflows.limits import NAME_CHARACTERS
from sandbox.workflows.lint import expressions, maps, recovery, tasks

if TYPE_CHECKING:
    from sandbox.workflows.lint.problems import Report

_COMMON = {"Type", "Comment", "QueryLanguage"}
_FLOW = {"Next", "End", "Output", "Assign"}
_RECOVERY = {"Retry", "Catch"}

FIELDS: dict[str, set[str]] = {
    "Task": _COMMON
    | _FLOW
    | _RECOVERY
    | {"Resource", "Arguments", "Credentials", "TimeoutSeconds", "HeartbeatSeconds"},
    "Pass": _COMMON | _FLOW,
    "Choice": _COMMON | {"Choices", "Default", "Output", "Assign"},
    "Wait": _COMMON | _FLOW | {"Seconds", "Timestamp"},
    "Succeed": _COMMON | {"Output"},
    "Fail": _COMMON | {"Error", "Cause"},
    "Parallel": _COMMON | _FLOW | _RECOVERY | {"Branches", "Arguments"},
    "Map": _COMMON | _FLOW | _RECOVERY | maps.FIELDS,
}
_MACHINE = {"Comment", "QueryLanguage", "StartAt", "States", "TimeoutSeconds", "Version"}
_INNER = {"Comment", "QueryLanguage", "StartAt", "States", "ProcessorConfig"}


def check_machine(machine: dict[str, Any], report: Report) -> None:
    """Check a whole machine."""
    if machine.get("QueryLanguage") != "JSONata":
        report.add("", "QueryLanguage must be JSONata: the sandbox refuses JSONPath.")
    _unknown(machine, _MACHINE, "", report)
    names = Counter(name for name, _ in walk_states(machine))
    for name, count in names.items():
        if count > 1:
            report.add(name, "Two states have this name; it must be unique in the whole machine.")
    _check_level(machine, "", frozenset(), report)


def _check_level(
    machine: dict[str, Any], where: str, scope: frozenset[str], report: Report
) -> None:
    states = machine.get("States")
    if not isinstance(states, dict) or not states:
        report.add(where, "There are no States.")
        return
    assigned = expressions.assigned(states)
    for name in sorted(assigned & scope):
        report.add(where, f"The variable {name!r} belongs to an outer scope.")
    for name, state in states.items():
        _check_state(name, state, states, scope | assigned, report)
    _check_ways(machine, states, where, report)


def _check_state(
    name: str,
    state: dict[str, Any],
    states: dict[str, Any],
    scope: frozenset[str],
    report: Report,
) -> None:
    kind = state.get("Type")
    if kind not in FIELDS:
        report.add(name, f"The Type {kind!r} is none of {', '.join(FIELDS)}.")
        return
    if len(name) > NAME_CHARACTERS:
        report.add(name, f"The name is longer than {NAME_CHARACTERS} characters.")
    _unknown(state, FIELDS[kind], name, report)
    _check_end(name, state, report)
    expressions.check_state(name, state, scope, report)
    recovery.check(name, state, report)
    if kind == "Task":
        tasks.check(name, state, report)
    if kind == "Map":
        maps.check(name, state, report)
    if kind == "Wait" and len({"Seconds", "Timestamp"} & set(state)) != 1:
        report.add(name, "A Wait has one of Seconds and Timestamp.")
    for target in targets(state):
        if target not in states:
            report.add(name, f"There is no state {target!r} to go to.")
    for inner in inner_machines(state):
        _unknown(inner, _INNER, name, report)
        outer = frozenset() if maps.is_distributed(state) else scope
        _check_level(inner, name, outer, report)


def targets(state: dict[str, Any]) -> list[str]:
    """Return the names of the states to which a state can go."""
    found = [state.get("Next"), state.get("Default")]
    for field in ("Choices", "Catch"):
        found += [rule.get("Next") for rule in state.get(field, [])]
    return [name for name in found if name is not None]


def _check_end(name: str, state: dict[str, Any], report: Report) -> None:
    kind = state["Type"]
    if kind == "Choice":
        _check_choice(name, state, report)
    elif kind not in {"Succeed", "Fail"} and ("Next" in state) == (state.get("End") is True):
        report.add(name, "It needs either Next or End: true.")


def _check_choice(name: str, state: dict[str, Any], report: Report) -> None:
    if "Default" not in state:
        report.add(name, "A Choice needs a Default, or it fails where nothing matches.")
    if not state.get("Choices"):
        report.add(name, "A Choice needs Choices.")
    for index, rule in enumerate(state.get("Choices", [])):
        where = f"{name}/Choices[{index}]"
        _unknown(rule, {"Condition", "Next", "Output", "Assign", "Comment"}, where, report)
        if "Next" not in rule or "Condition" not in rule:
            report.add(where, "A rule needs Condition and Next.")


def _check_ways(
    machine: dict[str, Any], states: dict[str, Any], where: str, report: Report
) -> None:
    start = machine.get("StartAt")
    if start not in states:
        report.add(where, f"StartAt names no state: {start!r}.")
        return
    reached, open_ = {start}, [start]
    while open_:
        for target in targets(states[open_.pop()]):
            if target in states and target not in reached:
                reached.add(target)
                open_.append(target)
    for name in states:
        if name not in reached:
            report.add(name, "Nothing leads to this state.")


def _unknown(given: dict[str, Any], known: set[str], where: str, report: Report) -> None:
    for field in sorted(set(given) - known):
        report.add(where, f"The field {field!r} does not belong here (JSONata).")
