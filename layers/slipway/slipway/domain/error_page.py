"""What a failed request is answered with, in one line."""

from __future__ import annotations

import re
from html import unescape

_PAGE = re.compile(r"\s*<(!doctype\s+html|html|head|title)\b", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title>", re.IGNORECASE | re.DOTALL)


def answered(status: int, body: str) -> str:
    """Return what a server answered: the title of a page that it wrote for browsers, or all of it.

    Parameters
    ----------
    status : int
        The HTTP status; 0 if it is unknown.

    Example
    -------
    >>> answered(500, "<!doctype html><title>500 Internal Server Error</title><h1>Sorry</h1>")
    'answered 500 Internal Server Error'
    >>> answered(400, "no column age")
    'answered with an error (HTTP 400): no column age'
    """
    title = _title(body)
    if title and status and str(status) not in title:
        title = f"{status} {title}"
    if title:
        return f"answered {title}"
    number = f" (HTTP {status})" if status else ""
    return f"answered with an error{number}: {body}"


def _title(body: str) -> str:
    found = _TITLE.search(body) if _PAGE.match(body) else None
    return " ".join(unescape(found[1]).split()) if found else ""
