"""What all reports have in common: one page that holds no scripts and loads nothing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from slipway.domain.report.words import text

if TYPE_CHECKING:
    from collections.abc import Iterable

    Tile = tuple[str, str, str]

_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Shell:
    """A page, all but its style. Except the title and the reason, every part is HTML.

    Parameters
    ----------
    tone : str
        Class of the stylesheet: `good`, `bad`, `warn` or `info`.
    over : str
        The line above the heading.
    """

    title: str
    tone: str
    over: str
    heading: str
    reason: str
    tiles: str
    body: str
    footer: str

    def html(self, style: str = "") -> str:
        """Return the page; `style` is added to the style that all pages have."""
        return Template(_read("page.html")).substitute(
            title=text(self.title),
            style=_read("style.css") + style,
            tone=self.tone,
            over=self.over,
            heading=self.heading,
            reason=text(self.reason),
            tiles=self.tiles,
            body=self.body,
            footer=self.footer,
        )


def tile_list(found: Iterable[Tile]) -> str:
    """Return the few numbers that matter most: name, number, and what belongs to it."""
    return "".join(
        f'<li><span class="name">{text(name)}</span><b>{text(value)}</b>'
        f'<span class="more">{text(more)}</span></li>'
        for name, value, more in found
    )


@cache
def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
