import json
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
DEV = ROOT / "requirements" / "dev.txt"
SAM = ROOT / "requirements" / "sam.txt"
CHECKS = ROOT / "requirements" / "checks.txt"
PEERS = ROOT / "requirements" / "peers.txt"
LAYERS = sorted((ROOT / "layers").glob("*/requirements.txt"))

_PIN = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)", re.MULTILINE)


def pins(path: Path) -> dict[str, str]:
    return {re.sub(r"[-_.]+", "-", name.lower()): v for name, v in _PIN.findall(path.read_text())}


@pytest.mark.parametrize("path", LAYERS, ids=lambda path: path.parent.name)
def test_tests_run_against_the_versions_that_the_layers_ship(path: Path):
    layer, dev = pins(path), pins(DEV)
    assert len(layer) > 3
    assert {name: dev.get(name) for name in layer} == layer


@pytest.mark.parametrize("path", [DEV, SAM, CHECKS, PEERS], ids=lambda path: path.name)
def test_every_pin_has_its_hashes(path: Path):
    blocks = re.split(r"\n(?=[A-Za-z0-9])", path.read_text())
    assert len(blocks) > 50
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("name", ["dev", "sam", "checks", "peers"])
def test_the_pins_are_what_was_asked_for(name: str):
    asked = pins(ROOT / "requirements" / f"{name}.in")
    stripped = {re.sub(r"\[.*", "", key): version for key, version in asked.items()}
    pinned = pins(ROOT / "requirements" / f"{name}.txt")
    assert {key: pinned.get(key) for key in stripped} == stripped


def test_what_npm_installs_is_pinned_with_digests_and_without_addresses():
    folder = ROOT / "requirements" / "asl"
    asked = json.loads((folder / "package.json").read_text())["dependencies"]
    locked = json.loads((folder / "package-lock.json").read_text())["packages"]
    assert locked.pop("")["dependencies"] == asked
    assert {name: locked[f"node_modules/{name}"]["version"] for name in asked} == asked
    assert [
        name for name, each in locked.items() if not each["integrity"].startswith("sha512-")
    ] == []
    assert [name for name, each in locked.items() if "resolved" in each] == []


def test_the_project_itself_asks_for_nothing_beyond_the_pins():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "dependencies" not in project
    assert project["requires-python"] == ">=3.11"
    assert project["scripts"]["slipway"] == "slipway_cli.main:app"


def test_a_deployment_without_an_environment_never_meets_another_ones_stack() -> None:
    settings = tomllib.loads((ROOT / "samconfig.toml").read_text())
    tables = [table for name, table in settings.items() if name != "version"]
    names = [table["global"]["parameters"]["stack_name"] for table in tables]
    assert len(set(names)) == len(names)
