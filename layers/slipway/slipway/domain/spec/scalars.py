"""The few kinds of plain value that endpoint.yaml knows."""

from __future__ import annotations

import re

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_TRUTHS = {word: word.lower() == "true" for word in "true True TRUE false False FALSE".split()}
# Bounded, so that a digit bomb stays text. No octal, no base 60, no yes/no: `20:00` is no number.
_WHOLE = re.compile(r"[-+]?(0|[1-9]\d{0,17})", re.ASCII)
_REAL = re.compile(r"[-+]?(0|[1-9]\d{0,17})(\.\d{1,18})?([eE][-+]?\d{1,3})?", re.ASCII)


def read_scalar(text: str, *, plain: bool) -> str | int | float | bool | None:
    """Return the value of a YAML scalar.

    Parameters
    ----------
    text : str
        The scalar as written.
    plain : bool
        Whether it was written without quotes; a quoted scalar is always text.
    """
    if not plain:
        return text
    if text in _NULLS:
        return None
    if text in _TRUTHS:
        return _TRUTHS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _REAL.fullmatch(text) else text
