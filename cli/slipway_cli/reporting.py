"""`slipway status`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from slipway.adapters.ledger import Ledger
from slipway.usecases.read_status import read_status
from slipway_cli.problems import WrongUse
from slipway_cli.showing import status_tables
from slipway_cli.stack import find_stack

if TYPE_CHECKING:
    from rich.console import Console


def report_status(endpoint: str, *, stack: str, as_json: bool, console: Console) -> None:
    """Print the endpoints of a stack, or one of them.

    Raises
    ------
    WrongUse
        The ledger does not know the endpoint.
    """
    found = read_status(Ledger(find_stack(stack).ledger_table), endpoint)
    if endpoint and not found:
        raise WrongUse(f"The ledger of {stack} knows no endpoint {endpoint}.")
    if as_json:
        console.file.write(json.dumps(found, indent=2) + "\n")
        return
    if not found:
        console.print(
            "Nothing was released yet. Begin with: slipway deploy MODEL --endpoint … --version …"
        )
    for line in status_tables(found):
        console.print(line)
