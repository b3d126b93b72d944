"""Reading what others wrote: what has not its shape is refused by a name of our own."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from slipway.domain.errors import EventUnreadable

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def readable(what: str) -> Iterator[None]:
    """Refuse what cannot be read.

    Parameters
    ----------
    what : str
        What it should be, such as ``event of S3``.

    Raises
    ------
    EventUnreadable
        A part is missing, or of another kind.
    """
    try:
        yield
    except (KeyError, TypeError, AttributeError, ValueError, RecursionError) as error:
        raise EventUnreadable(f"This is no {what}: {type(error).__name__} {error}") from error
