from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING

import pytest

from tests.unit.conventions.project import FUNCTIONS, PACKAGE, imports, modules, resources

if TYPE_CHECKING:
    from pathlib import Path

FORBIDDEN_IN_DOMAIN = ("boto3", "botocore", "aws_lambda_powertools", "time", "socket", "random")
CLOCKS = {"now", "utcnow", "today"}
HANDLER_LINES = 20

# What only a few functions have, in a layer of its own, and who may need it. What a container runs
# beside its model has the container's own.
HEAVY = {"polars", "numpy", "msgspec", "datasketches"}
READERS = ("reading", "profiles", "baseline", "ids")
IN_A_CONTAINER = "domain/artifact/inference_sklearn.py"

# Who may import whom, from the domain outwards.
ALLOWED = {
    "domain": {"domain"},
    "usecases": {"domain", "usecases", "ports", "errors"},
    "adapters": {"domain", "adapters", "ports", "errors", "environment"},
}


def layer_of(name: str) -> str:
    return name.split(".")[1] if name.startswith("slipway.") and "." in name else ""


@pytest.mark.parametrize("layer", ALLOWED)
def test_the_arrow_points_inwards(layer: str) -> None:
    for path, tree in modules(PACKAGE / layer):
        outward = {layer_of(name) for name in imports(tree)} - ALLOWED[layer] - {""}
        assert outward == set(), path


def test_the_domain_knows_no_aws_no_environment_and_no_clock() -> None:
    for path, tree in modules(PACKAGE / "domain"):
        roots = {name.split(".")[0] for name in imports(tree)}
        assert roots.isdisjoint(FORBIDDEN_IN_DOMAIN), path
        attributes = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert attributes.isdisjoint(CLOCKS | {"environ", "getenv"}), path


def test_only_one_module_reads_the_environment() -> None:
    readers = {
        path.relative_to(PACKAGE).as_posix()
        for path, tree in modules(PACKAGE)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
    }
    assert readers == {"environment.py"}


def test_only_what_reads_captures_needs_the_heavy_layer() -> None:
    users = {
        path.relative_to(PACKAGE).as_posix()
        for path, tree in modules(PACKAGE)
        if HEAVY & {name.split(".")[0] for name in imports(tree)}
    } - {IN_A_CONTAINER}
    assert users
    places = tuple(f"domain/drift/{each}/" for each in READERS)
    assert [path for path in sorted(users) if not path.startswith(places)] == []


def test_polars_is_imported_where_it_reads_and_not_before() -> None:
    for path, tree in modules(PACKAGE / "domain" / "drift"):
        assert "polars" not in _imported_at_load(tree), path


@pytest.mark.parametrize("path", sorted(FUNCTIONS.glob("*/app.py")), ids=lambda p: p.parent.name)
def test_functions_have_the_heavy_layer_just_where_they_need_it(path: Path) -> None:
    functions = resources("AWS::Serverless::Function").values()
    (found,) = [each for each in functions if each["CodeUri"] == f"functions/{path.parent.name}/"]
    has_layer = {"Ref": "DriftLayer"} in found.get("Layers", [])
    assert has_layer == any(HEAVY & set(_roots(each)) for each in _reached(path))


def _reached(path: Path) -> set[Path]:
    """Return the modules that are imported because a module is."""
    waiting, seen = [path], {path}
    while waiting:
        for name in _names(waiting.pop()):
            for each in _files_of(name):
                if each not in seen:
                    seen.add(each)
                    waiting.append(each)
    return seen


@cache
def _files_of(name: str) -> list[Path]:
    """Return what importing a name runs: its packages too, not just its module."""
    parts = name.split(".")[1:] if name.startswith("slipway.") else []
    places = [PACKAGE.joinpath(*parts[: depth + 1]) for depth in range(len(parts))]
    files = [each for place in places for each in (place.with_suffix(".py"), place / "__init__.py")]
    return [each for each in files if each.is_file()]


def _roots(path: Path) -> list[str]:
    if path == PACKAGE / IN_A_CONTAINER:
        return []
    return [name.split(".")[0] for name in _names(path)]


@cache
def _names(path: Path) -> tuple[str, ...]:
    return tuple(imports(ast.parse(path.read_text())))


def test_only_one_module_makes_clients() -> None:
    makers = {
        path.relative_to(PACKAGE).as_posix()
        for path, tree in modules(PACKAGE)
        if "boto3" in set(imports(tree))
    }
    assert makers == {"adapters/clients.py"}


def test_nothing_imports_boto3_before_it_is_needed() -> None:
    for path, tree in modules(PACKAGE):
        early = [name for name in _imported_at_load(tree) if name.split(".")[0].startswith("boto")]
        assert early == [], path


def _imported_at_load(tree: ast.Module) -> list[str]:
    found = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    return list(imports(ast.Module(body=list(found), type_ignores=[])))


@pytest.mark.parametrize("path", sorted(FUNCTIONS.glob("*/app.py")), ids=lambda p: p.parent.name)
def test_handlers_are_thin(path: object) -> None:
    ((_, tree),) = [each for each in modules(FUNCTIONS) if each[0] == path]
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    assert [node.name for node in functions] == ["handler"]
    (handler,) = functions
    assert (handler.end_lineno or 0) - handler.lineno < HANDLER_LINES


def test_the_factory_makes_only_clients_whose_models_the_layer_carries() -> None:
    carried = {
        line.strip()
        for line in (PACKAGE.parent / "aws-services.txt").read_text().splitlines()
        if line.strip() and not line.startswith("#")
    }
    asked = {
        node.args[0].value
        for _, tree in modules(PACKAGE)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "client"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    }
    assert asked
    assert asked <= carried
