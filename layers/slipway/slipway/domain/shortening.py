"""Words that fit where they have to."""

from __future__ import annotations

# Errors, reasons in the ledger, causes of workflows, events and messages all carry a reason.
LONGEST_REASON = 8000
_MARK = " … (cut)"


def shorten(words: str, limit: int = LONGEST_REASON) -> str:
    """Return the words, or as many of them as fit in `limit` bytes of UTF-8, with a mark.

    Example
    -------
    >>> shorten("a" * 30, 20)
    'aaaaaaaaaa … (cut)'
    """
    encoded = words.encode("utf-8", "replace")
    if len(encoded) <= limit:
        return words
    room = limit - len(_MARK.encode())
    return encoded[:room].decode("utf-8", "ignore") + _MARK


def printable(words: str) -> str:
    """Return the words without line ends and other characters that show nothing."""
    return "".join(each for each in words if each.isprintable())
