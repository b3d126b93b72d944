"""The template, the workflows and the sources, as the convention tests read them."""

from __future__ import annotations

import ast
import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "layers" / "slipway" / "slipway"
FUNCTIONS = ROOT / "functions"
WORKFLOWS = sorted((ROOT / "statemachines").glob("*.asl.json"))
EVENTS = sorted((ROOT / "events").glob("*.json"))


class _Loader(yaml.SafeLoader):
    """Reads CloudFormation's short forms as their long ones."""


def _long_form(loader: yaml.Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    return {name: value}


_Loader.add_multi_constructor("!", _long_form)


@cache
def template() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.load(  # noqa: S506 - a SafeLoader with CloudFormation's tags
        (ROOT / "template.yaml").read_text(), Loader=_Loader
    )
    return loaded


def resources(kind: str) -> dict[str, dict[str, Any]]:
    """Return the properties of all resources of a type, by logical id."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template()["Resources"].items()
        if resource["Type"] == kind
    }


def workflow(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text())
    return loaded


def states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every state, those of maps and parallels included."""
    for name, state in machine.get("States", {}).items():
        yield name, state
        for inner in (state.get("ItemProcessor", {}), *state.get("Branches", [])):
            yield from states(inner)


def tasks(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((name, state) for name, state in states(machine) if state["Type"] == "Task")


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every statement of every identity policy with the resource that it belongs to."""
    for name, role in resources("AWS::IAM::Role").items():
        for policy in role.get("Policies", []):
            yield from ((name, each) for each in _statements(policy))
    for kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
        for name, policy in resources(kind).items():
            yield from ((name, each) for each in _statements(policy))


def _statements(policy: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Give what a policy may say: where a parameter decides, as if it were given."""
    for each in policy["PolicyDocument"]["Statement"]:
        yield each["Fn::If"][1] if "Fn::If" in each else each


def modules(folder: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(folder.rglob("*.py")):
        yield path, ast.parse(path.read_text(), str(path))


def imports(tree: ast.Module) -> Iterator[str]:
    """Give the dotted names of everything that a module imports, wherever it does so."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
