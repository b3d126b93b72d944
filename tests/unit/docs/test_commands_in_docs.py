"""What README and operations say about commands is what the command line has."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import typer.main

from slipway_cli.main import app
from slipway_cli.operating import COMMANDS

ROOT = Path(__file__).parents[3]
README, OPERATIONS = ROOT / "README.md", ROOT / "docs" / "operations.md"
COMMAND_LINE = typer.main.get_command(app)


def named(group: Any, before: str = "") -> dict[str, Any]:
    """Every command by the words that it is called with."""
    found = {}
    for name, command in group.commands.items():
        words = f"{before}{name}"
        found |= named(command, f"{words} ") if hasattr(command, "commands") else {words: command}
    return found


COMMANDS_BY_NAME = named(COMMAND_LINE)


def options(name: str) -> set[str]:
    params = COMMANDS_BY_NAME[name].params
    return {one for each in params for one in [*each.opts, *each.secondary_opts]}


@pytest.mark.parametrize("name", sorted(COMMANDS) + ["history"])
def test_operations_says_what_each_command_does(name: str) -> None:
    assert re.search(rf"`slipway {name} ENDPOINT", OPERATIONS.read_text())


def test_the_readme_lists_every_command_with_options_that_exist() -> None:
    found: set[str] = set()
    for row in re.findall(r"^\| `slipway ([^`]+)`", README.read_text(), re.MULTILINE):
        words = next((name for name in COMMANDS_BY_NAME if row.startswith(f"{name} ")), "")
        names = [words] if words else re.split(r"\\\|", row.split(" ")[0])
        found |= set(names)
        for name in names:
            assert set(re.findall(r"--[a-z-]+", row)) <= options(name), row
    assert found == set(COMMANDS_BY_NAME)


def test_an_event_can_command_the_same() -> None:
    schema = json.loads((ROOT / "docs/events/release-command.schema.json").read_text())
    detail = schema["properties"]["detail"]["properties"]
    assert set(detail["command"]["enum"]) == set(COMMANDS)
    (members,) = re.findall(r"An event names everything: (.*?)\n", OPERATIONS.read_text())
    assert set(re.findall(r"`([a-z]+)`", members)) - {"rollback"} == set(detail)
