"""Check the state machines: rules of `sandbox.workflows.lint`, substitutions, error classes.

Every error that a Retry or Catch names must be one that can happen there, and every substitution
in a definition must be given by the template, and the other way round.
"""

from __future__ import annotations

import ast
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from sandbox.workflows.lint import check, substitutions

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
MACHINE = "AWS::Serverless::StateMachine"


class _Template(yaml.SafeLoader):  # type: ignore[misc]  # PyYAML ships no types
    """YAML with CloudFormation's tags, of which only the values' presence matters here."""


def _any_tag(loader: yaml.SafeLoader, _suffix: str, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node)
    return loader.construct_mapping(node)


_Template.add_multi_constructor("!", _any_tag)


def problems(root: Path) -> Iterator[str]:
    """Yield what is wrong with the machines of a project."""
    errors = error_classes(root / "layers/slipway/slipway/errors.py")
    given = template_machines(root / "template.yaml")
    files = {path.relative_to(root).as_posix(): path for path in _definitions(root)}
    for name in sorted(set(given) - set(files)):
        yield f"template.yaml: {name} does not exist."
    for name, path in files.items():
        text = path.read_text(encoding="utf-8")
        for problem in check(text, template=True, errors=errors):
            yield f"{name}: {problem}"
        if name not in given:
            yield f"{name}: no state machine of template.yaml uses it."
            continue
        for missing in sorted(substitutions(text) - given[name]):
            yield f"{name}: template.yaml substitutes nothing for ${{{missing}}}."
        for unused in sorted(given[name] - substitutions(text)):
            yield f"{name}: template.yaml substitutes {unused}, which is not there."


def error_classes(path: Path) -> frozenset[str]:
    """Return the names of the classes in a module, without importing it."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.ClassDef))


def template_machines(path: Path) -> dict[str, set[str]]:
    """Return the names that the template substitutes in each definition file."""
    loader = _Template(path.read_text(encoding="utf-8"))
    resources = loader.get_single_data()["Resources"].values()
    machines = [resource["Properties"] for resource in resources if resource["Type"] == MACHINE]
    return {
        machine["DefinitionUri"]: set(machine.get("DefinitionSubstitutions", {}))
        for machine in machines
    }


def _definitions(root: Path) -> list[Path]:
    return sorted((root / "statemachines").glob("*.asl.json"))


def main() -> int:
    """Print the problems; 1 if there are any."""
    found = list(problems(ROOT))
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
