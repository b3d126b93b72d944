"""The bodies of requests and answers, told apart by how they are to be read."""

from __future__ import annotations

import base64
import binascii
import string
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from slipway.domain.captured import media_type
from slipway.domain.drift.troubles import Trouble

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.drift.evidence import Side
    from slipway.domain.drift.reading.noting import Notes
    from slipway.domain.drift.reading.records import Payload

UNDECODABLE: Mapping[Side, Trouble] = {
    "input": Trouble.UNDECODABLE,
    "output": Trouble.OUTPUT_UNDECODABLE,
}
ABSENT: Mapping[Side, Trouble] = {"input": Trouble.NO_INPUT, "output": Trouble.NO_OUTPUT}
# Editors on Windows put it before a text; each body may begin with one.
BOM = "\ufeff"
_BLANK = string.whitespace + BOM
_PICTURES = ("image/", "audio/", "video/")


class NoText(Exception):
    """A body that is no table."""


@dataclass(slots=True)
class Bodies:
    """Bodies of one side of many records."""

    side: Side
    csv: list[str] = field(default_factory=list)
    json: list[str] = field(default_factory=list)

    def add(self, payload: Payload | None, notes: Notes) -> None:
        """Sort in one body; what is none is noted."""
        if payload is None or _is_blank(payload.data):
            notes.count(ABSENT[self.side])
            return
        try:
            text, bodies = self._sorted(payload)
        except NoText:
            notes.note(UNDECODABLE[self.side], payload.data)
            return
        if _is_blank(text):
            notes.count(ABSENT[self.side])
        else:
            bodies.append(text)

    def extend(self, bodies: list[str], encoding: str, notes: Notes) -> None:
        """Add many of one encoding."""
        full = bodies
        # Blanks sort before all that text begins with, and the mark after it: nearly always, two
        # comparisons for each body tell that none is empty.
        if bodies and not (min(bodies)[:1] > " " and max(bodies)[:1] < BOM):
            full = [each for each in bodies if each.lstrip(_BLANK)]
            notes.count(ABSENT[self.side], len(bodies) - len(full))
        (self.json if encoding == "JSON" else self.csv).extend(full)

    def _sorted(self, payload: Payload) -> tuple[str, list[str]]:
        """Return a body's text, and the bodies that it belongs to."""
        if payload.encoding == "BASE64":
            text, content_type = _decoded(payload.data), payload.observedContentType or ""
            return text, self.json if _holds_json(content_type, text) else self.csv
        if payload.encoding in {"JSON", "CSV"}:
            return payload.data, self.json if payload.encoding == "JSON" else self.csv
        raise NoText


def _is_blank(text: str) -> bool:
    """Say whether a body is as good as empty: no reader finds a row or anything wrong in it."""
    return not text.lstrip(_BLANK)


def _decoded(data: str) -> str:
    try:
        return base64.b64decode(data, validate=True).decode("utf-8-sig")
    except (binascii.Error, ValueError) as error:
        raise NoText from error


def _holds_json(content_type: str, text: str) -> bool:
    """Say whether a body is JSON rather than CSV, by its type or else by how it begins."""
    kind = media_type(content_type)
    if "json" in kind:
        return True
    if "csv" in kind:
        return False
    if kind.startswith(_PICTURES) or "\x00" in text:
        raise NoText
    return text.lstrip()[:1] in {"{", "["}
