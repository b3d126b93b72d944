"""Rules for state machine definitions: AWS's own, and some that AWS only enforces at run time.

JSONPath is refused, every Task needs a time-out, parameters are checked against botocore's models,
and what an expression refers to must exist where it stands.
"""

from __future__ import annotations

import json
import re

from sandbox.workflows.lint.problems import Problem, Report
from sandbox.workflows.lint.structure import check_machine

__all__ = ["Problem", "check", "substitutions"]

_SUBSTITUTION = re.compile(r"\$\{([A-Za-z][A-Za-z0-9]*)\}")


def check(
    definition: str, *, template: bool = False, errors: frozenset[str] | None = None
) -> list[Problem]:
    """Return what is wrong with a definition; nothing for a good one.

    Parameters
    ----------
    template
        The definition is a file whose `${Name}`s are still to be substituted.
    errors
        The error classes that functions can raise; without them any class name passes.
    """
    report = Report(errors)
    names = substitutions(definition)
    if names and not template:
        listed = ", ".join(sorted(names))
        report.add("", f"DefinitionSubstitutions lack {listed}.")
    try:
        machine = json.loads(_SUBSTITUTION.sub("substituted", definition))
    except ValueError as error:
        report.add("", f"The definition is no JSON: {error}.")
        return report.problems
    if not isinstance(machine, dict):
        report.add("", "The definition is no JSON object.")
        return report.problems
    check_machine(machine, report)
    return report.problems


def substitutions(definition: str) -> set[str]:
    """Return the names in a definition that DefinitionSubstitutions must give."""
    return set(_SUBSTITUTION.findall(definition))
