"""Rules of our own about the workflows, for what no validator looks at.

Each rule takes a workflow's name and its machine, and gives what is wrong. That a definition is one
at all, that its states are reached and its parameters exist, is `sandbox.workflows.lint`'s to say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.unit.conventions.project import states, tasks

if TYPE_CHECKING:
    from collections.abc import Iterator

Machine = dict[str, Any]

_LAST_WORD = "the last word of a workflow; an uncaught failure is told and can be redriven"
# Tasks without a general Catch, and why nothing may or need be compensated after them.
UNCAUGHT = {
    ("burst", "Hand Back"): "it is the compensation; Recover Burst follows where it fails",
    ("drift", "Profile Batch"): "the Map around it catches what fails within",
    ("drift", "Record Failure"): _LAST_WORD,
    ("reconcile", "Record Reconciled"): _LAST_WORD,
    ("reconcile", "Record Failure"): _LAST_WORD,
    ("release", "Claim Release"): "nothing is made or held yet",
    ("release", "Record Unchanged Drop"): _LAST_WORD,
    ("release", "Record Success"): "the version serves: no compensation may take it down",
    ("release", "Plan Schedules"): "the version serves: no compensation may take it down",
    ("release", "Promote Release"): "once it is recorded no compensation may take it down",
    ("release", "Record Failure"): _LAST_WORD,
    ("remediate", "Condemn Release"): "nothing is held; the release itself goes back",
    ("remediate", "Revert Promotion"): "it is the compensation",
    ("remediate", "Roll Back Release"): "it starts a release, which compensates itself",
    ("remediate", "Start Burst"): "nothing is made or held yet",
    ("rest", "Record Asleep"): _LAST_WORD,
    ("rest", "Record Awake"): _LAST_WORD,
    ("rest", "Record Failure"): _LAST_WORD,
    ("settle", "Begin Settling"): "nothing is changed yet",
    ("settle", "Record Settled"): _LAST_WORD,
    ("settle", "Record Failure"): _LAST_WORD,
}


def every_task_and_the_machine_end_in_time(name: str, machine: Machine) -> Iterator[str]:
    """Without a limit a token that nobody gives back is waited for a year."""
    if not machine.get("TimeoutSeconds", 0) > 0:
        yield f"{name} has no end"
    for task, state in tasks(machine):
        if not state.get("TimeoutSeconds", 0):
            yield f"{task} has no end"


def tasks_retry_what_passes_with_full_jitter(name: str, machine: Machine) -> Iterator[str]:
    """A passing fault costs no release, and those that it hit do not come back all at once."""
    del name
    for task, state in tasks(machine):
        if not state.get("Retry"):
            yield f"{task} tries once"
    for state_name, state in states(machine):
        if any(retry.get("JitterStrategy") != "FULL" for retry in state.get("Retry", [])):
            yield f"{state_name} retries without full jitter"


def what_fails_is_caught(name: str, machine: Machine) -> Iterator[str]:
    """Whatever a task fails with is answered, except where nothing may or need be."""
    for task, state in tasks(machine):
        if not _general(state) and (name, task) not in UNCAUGHT:
            yield f"{task} is not caught, and nobody says why"
        if _general(state) and (name, task) in UNCAUGHT:
            yield f"{task} is caught, but said not to be"


def what_is_caught_is_compensated(name: str, machine: Machine) -> Iterator[str]:
    """A general Catch leads to something that is done about it: never straight to an end."""
    del name
    known = dict(states(machine))
    for state_name, state in known.items():
        for target in _general(state):
            if _ends(target, known):
                yield f"{state_name} fails, and nothing is done about it"


def a_general_catch_stands_last(name: str, machine: Machine) -> Iterator[str]:
    """Those behind it would never match."""
    del name
    for state_name, state in states(machine):
        every = ["States.ALL" in each["ErrorEquals"] for each in state.get("Catch", [])]
        if any(every[:-1]):
            yield f"{state_name} catches everything before something"


def _general(state: dict[str, Any]) -> list[str]:
    return [c["Next"] for c in state.get("Catch", []) if "States.ALL" in c["ErrorEquals"]]


def _ends(target: str, known: dict[str, dict[str, Any]]) -> bool:
    """Tell whether nothing but ends follow; a Pass that says why goes on."""
    state = known[target]
    if state["Type"] == "Pass" and state.get("Comment") and "Next" in state:
        return _ends(state["Next"], known)
    return state["Type"] in {"Succeed", "Fail", "Pass"}


MACHINE_RULES = (
    every_task_and_the_machine_end_in_time,
    tasks_retry_what_passes_with_full_jitter,
    what_fails_is_caught,
    what_is_caught_is_compensated,
    a_general_catch_stands_last,
)
