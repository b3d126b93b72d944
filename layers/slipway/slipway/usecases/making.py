"""Parts of a release, each in the ledger before it is asked for."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from slipway.errors import NameTaken

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol

    class Note(Protocol):
        """Adds facts to what the release made."""

        def __call__(self, **facts: str) -> None:
            """Write them to the ledger."""


@contextmanager
def noted(note: Note, **part: str) -> Iterator[None]:
    """Note a part that is about to be made; one that is somebody else's is forgotten again.

    What is noted is taken away if the release fails, also when the reply to its creation was lost.
    """
    note(**part)
    try:
        yield
    except NameTaken:
        note(**dict.fromkeys(part, ""))
        raise
