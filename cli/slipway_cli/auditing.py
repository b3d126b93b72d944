"""`slipway audit`: who did what, when and why, for people, programs and spreadsheets."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Literal

from rich.text import Text

from slipway.adapters.ledger import Ledger
from slipway.usecases.read_audit import read_audit
from slipway_cli.problems import WrongUse
from slipway_cli.resting import as_utc
from slipway_cli.showing import COLOURS, moment
from slipway_cli.stack import find_stack

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import IO

    from rich.console import Console

    from slipway.domain.audit import AuditRow

Form = Literal["text", "json", "csv"]
COLUMNS = (
    *("at", "endpoint", "release", "version", "event", "by", "by_claimed"),
    *("outcome", "reason", "execution"),
)
# A spreadsheet takes a cell that begins so for a formula, and these are words of anybody's.
_FORMULAS = ("=", "+", "-", "@", "\t", "\r")


def report_audit(endpoint: str, since: str, *, stack: str, form: Form, console: Console) -> None:
    """Print what happened to an endpoint, or to all of them, the oldest first.

    Raises
    ------
    WrongUse
        The ledger knows nothing of the endpoint, or `since` is no moment.
    """
    found = find_stack(stack)
    rows = read_audit(
        Ledger(found.ledger_table), found.artifact_bucket, endpoint, as_utc(since) if since else ""
    )
    if not rows and endpoint and not since:
        raise WrongUse(f"The ledger of {stack} knows nothing of {endpoint}.")
    if form == "json":
        console.file.write(json.dumps([row.as_dict() for row in rows], indent=2) + "\n")
    elif form == "csv":
        write_csv(rows, console.file)
    else:
        for row in rows:
            console.print(audit_line(row), soft_wrap=True)


def write_csv(rows: Sequence[AuditRow], file: IO[str]) -> None:
    """Write a line for each row, under a line of names; `details` as JSON in the last column."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*COLUMNS, "details"])
    for row in rows:
        values = row.as_dict()
        values["by_claimed"] = "yes" if row.by_claimed else "no"
        cells = [_cell(str(values[name])) for name in COLUMNS]
        writer.writerow([*cells, json.dumps(values["details"], sort_keys=True)])


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULAS) else text


def audit_line(row: AuditRow) -> Text:
    """Return one row as people read it."""
    line = Text(moment(row.at), style="dim")
    line.append(f"  {row.endpoint or '(no endpoint)'}", style="bold")
    if row.release:
        line.append(f" {row.release}")
    line.append(f"  {row.event}", style="cyan")
    if row.outcome:
        line.append(f" {row.outcome}", style=COLOURS.get(row.outcome, "default"))
    claimed = " (claimed)" if row.by_claimed else ""
    line.append(f"  by {row.by}{claimed}: {row.reason}", style="default")
    return line
