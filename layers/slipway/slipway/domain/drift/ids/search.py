"""A search for ids, file by file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from slipway.domain.drift.ids.index import among

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from slipway.domain.drift.ids.index import Hashes

NOWHERE = -1


class Search:
    """Which of some hashes were met where; an array of them is all that it holds.

    Parameters
    ----------
    hashes : array
        Sorted, each once.
    """

    def __init__(self, hashes: Hashes) -> None:
        self.hashes = hashes
        self._places: NDArray[np.int32] = np.full(hashes.size, NOWHERE, np.int32)

    @property
    def missing(self) -> int:
        """How many were not met yet."""
        return int(np.count_nonzero(self._places == NOWHERE))

    def look(self, there: Hashes, place: int) -> None:
        """Note which of the hashes are among these sorted ones; where one was met first counts."""
        # The shorter side is looked up in the longer one, which is what costs.
        if there.size < self.hashes.size:
            at = among(self.hashes, there)
            at = at[at >= 0]
        else:
            at = np.flatnonzero(among(there, self.hashes) >= 0)
        self._places[at[self._places[at] == NOWHERE]] = place

    def places(self, hashes: Hashes) -> list[int]:
        """Return where each of some hashes was met; -1 of those that were not."""
        at = among(self.hashes, hashes)
        if self._places.size:
            at = np.where(at >= 0, self._places[at], NOWHERE)
        return [int(each) for each in at]
