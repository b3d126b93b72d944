"""JSON as clients write it, which is not always JSON.

This is for the many bodies that are profiled, and fast; :mod:`slipway.domain.json_text` reads
single files and lines, and bounds them.

Python's `json.dumps` writes `NaN` and `Infinity`, and servers in Python take them. NaN is how most
clients spell a missing value, so a request that holds one is no unreadable request.
"""

from __future__ import annotations

import re
from math import isinf
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from slipway.domain.drift.reading.records import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Callable

_Content = TypeVar("_Content")
_DECODER = msgspec.json.Decoder()
# Strings come first, so that words within them stay as they are. One without its end is passed over
# at once, for looking on from each of its quotes would take quadratic time.
_TOKEN = re.compile(
    r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?'
    r"|NaN|-?Infinity|\ufeff"
    r"|-?\d++(?:\.\d++)?(?:[eE][-+]?\d++)?",
    re.DOTALL,
)
_ODD = re.compile(r"\ufeff|NaN|Infinity|[eE]\+?\d{3}|\d{309}")
# Before a text the byte order mark means nothing.
_INSTEAD = {"NaN": "null", "\ufeff": ""}


def decode_json(text: str) -> Any:
    """Return a body.

    Raises
    ------
    msgspec.MsgspecError, UnicodeDecodeError, RecursionError
        If it is no JSON even so.
    """
    return _decoded(text, _DECODER.decode)


def decode_json_lines(text: str) -> list[Any]:
    """Return the bodies of lines; raises as :func:`decode_json` does."""
    return _decoded(text, _DECODER.decode_lines)


def _decoded(text: str, decode: Callable[[str], _Content]) -> _Content:
    try:
        return decode(text)
    except UNREADABLE:
        if not _ODD.search(text):
            raise
        return decode(_standard(text))


def _standard(text: str) -> str:
    """Spell what strict JSON does not know as it stands in CSV: nothing, or the words."""
    return _TOKEN.sub(_spelt, text)


def _spelt(token: re.Match[str]) -> str:
    word = token[0]
    if word[0] == '"':
        return word
    if word in _INSTEAD:
        return _INSTEAD[word]
    # Numbers that no float holds, such as 1e400, are infinite wherever they are read.
    return f'"{word}"' if word.endswith("y") or isinf(float(word)) else word
