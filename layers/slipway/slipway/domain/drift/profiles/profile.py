"""What is known of a part of the captures without keeping them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slipway.domain.drift.profiles.bins import Bins
    from slipway.domain.drift.reading import Batch
    from slipway.domain.drift.schema import Schema


class Profile:
    """Counts of every column; profiles of files, hours and variants add up, in any order.

    A column that the bins know is counted in them; any other is sketched, so that bins can be made
    of it later. With `sketched=True` every column is (about a tenth slower), which is needed to
    write Model Monitor's statistics.json of it.

    Public attributes: schema, bins, records, rows, first, last, troubles.
    """

    def __init__(self, schema: Schema, bins: Bins, *, sketched: bool = False) -> None:
        raise NotImplementedError

    def add(self, batch: Batch) -> None:
        """Count a batch too."""
        raise NotImplementedError

    def merged(self, other: Profile) -> Profile:
        """Return both together; ProfilesDiffer if they count in different bins."""
        raise NotImplementedError

    def to_bytes(self) -> bytes:
        """Return a versioned file."""
        raise NotImplementedError

    @classmethod
    def from_bytes(cls, content: bytes) -> Profile:
        """Read a file; ProfileUnreadable if it is none or of a later version."""
        raise NotImplementedError
