"""How the story looks on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape

if TYPE_CHECKING:
    from rich.console import Console


class Story:
    """Numbered chapters on a terminal.

    Parameters
    ----------
    console
        Where it is told.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._chapter = 0

    def chapter(self, title: str, note: str) -> None:
        """Begin a chapter."""
        self._chapter += 1
        heading = f"[bold cyan]{self._chapter}  {title}[/]  [dim]{note}[/]"
        self._console.print()
        self._console.rule(heading, align="left", style="dim")

    def say(self, text: str) -> None:
        """Print a line of the chapter; markup counts."""
        self._console.print(text, soft_wrap=True)

    def command(self, *lines: str) -> None:
        """Print a command as a user would type it."""
        text = " \\\n    ".join(lines)
        self._console.print(f"[dim]$[/] [bold]{escape(text)}[/]", soft_wrap=True)
