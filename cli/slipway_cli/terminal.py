"""What is printed where, and the exit codes of what goes wrong."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from slipway_cli.problems import Problem, explained

if TYPE_CHECKING:
    from collections.abc import Iterator

output = Console(highlight=False)
errors = Console(stderr=True, highlight=False)

INTERRUPTED = 130


_GOES_ON = "\nStopped looking; a release that was started goes on. See `slipway status`."


@contextmanager
def answered(*, failed: int | None = None, stopped: str = _GOES_ON) -> Iterator[None]:
    """Turn a problem into a line on stderr and an exit code.

    Parameters
    ----------
    failed : int, optional
        The exit code of every problem, instead of the problem's own.
    stopped : str
        What is said if a person interrupts.
    """
    try:
        with explained():
            yield
    except Problem as problem:
        errors.print(f"[bold red]error[/]  {_plain(str(problem))}", soft_wrap=True)
        raise typer.Exit(failed or problem.exit_code) from problem
    except KeyboardInterrupt as interrupt:
        errors.print(stopped)
        raise typer.Exit(INTERRUPTED) from interrupt


def _plain(text: str) -> str:
    from rich.markup import escape

    return escape(text)
