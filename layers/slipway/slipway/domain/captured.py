"""What everybody knows who reads captured requests, and nothing that takes time to import."""

from __future__ import annotations

# The inference id of every request that Slipway itself makes begins so.
SYNTHETIC = "slipway-"


def media_type(content_type: str) -> str:
    """Return a content type without its parameters, in lower case.

    Example
    -------
    >>> media_type("text/csv; charset=utf-8")
    'text/csv'
    """
    return content_type.partition(";")[0].strip().lower()
