"""Files that one state of the drift workflow writes and a later one reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.errors import FileGone

if TYPE_CHECKING:
    from slipway.ports import Shelf


def kept(key: str, shelf: Shelf, what: str = "a run has written") -> bytes:
    """Return a file that has to be there.

    Parameters
    ----------
    what : str
        What it is, after "which".

    Raises
    ------
    FileGone
        If it is not.
    """
    content = shelf.get(key)
    if content is None:
        raise FileGone(f"{key}, which {what}, is gone")
    return content
