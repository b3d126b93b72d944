"""`slipway history`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from rich.text import Text

from slipway.adapters.ledger import Ledger
from slipway.usecases.read_history import read_history
from slipway_cli.problems import WrongUse
from slipway_cli.showing import COLOURS, moment
from slipway_cli.stack import find_stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rich.console import Console

_VERDICTS = {"PASS": "green", "FAIL": "red", "INCONCLUSIVE": "yellow", "ERROR": "yellow"}


def report_history(endpoint: str, *, stack: str, as_json: bool, console: Console) -> None:
    """Print the releases of an endpoint with verdicts and commands, the newest first.

    Raises
    ------
    WrongUse
        The ledger does not know the endpoint.
    """
    found = read_history(Ledger(find_stack(stack).ledger_table), endpoint)
    if not found:
        raise WrongUse(f"The ledger of {stack} knows no release of {endpoint}.")
    if as_json:
        console.file.write(json.dumps(found, indent=2) + "\n")
        return
    for release in found:
        for line in history_lines(release):
            console.print(line, soft_wrap=True)


def history_lines(release: Mapping[str, Any]) -> Iterator[Text]:
    """Give the lines of one release: how it ended, what was judged, what people commanded."""
    head = Text(release["release"], style="bold")
    head.append(f"  {release['outcome']}", style=COLOURS.get(release["outcome"], "default"))
    head.append(f"  {moment(release['started'])}", style="dim")
    yield head
    yield Text(f"  {release['reason']}")
    if release["again"]:
        yield Text(f"  releases {release['again']} again", style="dim")
    if release["before_users"]:
        yield _judged("before users", release["before_users"])
    for step in release["steps"]:
        yield _judged(f"{step['weight']:>3} %", step)
    for entry in release["commands"]:
        told = f"  {entry['command']} by {entry['by']} ({entry['reason']}): {entry['answer']}"
        yield Text(told, style="cyan")
    if release["report"]:
        yield Text(f"  report: {release['report']}", style="dim")


def _judged(what: str, judged: Mapping[str, str]) -> Text:
    line = Text(f"  {what:<13}")
    verdict = judged["verdict"] or "not judged"
    line.append(f"{verdict:<13}", style=_VERDICTS.get(verdict, "dim"))
    line.append(judged["reason"])
    return line
