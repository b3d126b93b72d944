"""Collects what could not be read, while reading."""

from __future__ import annotations

from collections import Counter

from slipway.domain.drift.troubles import KEPT_BYTES, KEPT_LINES, Quarantined, Trouble, Troubles


class Notes:
    """Counts of troubles and a few of the lines.

    Parameters
    ----------
    keeps
        Whether lines may be kept. Where values are masked none may: of a line that cannot be read
        nobody knows where they stand.
    """

    def __init__(self, *, keeps: bool = True) -> None:
        self._most = KEPT_LINES if keeps else 0
        self._reset()

    def _reset(self) -> None:
        self.missing_columns: Counter[str] = Counter()
        self.extra_columns: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._samples: set[Quarantined] = set()

    def note(self, reason: Trouble, line: bytes | str, count: int = 1) -> None:
        """Count a trouble and keep the line it is in, if there is room."""
        self._counts[reason] += count
        if len(self._samples) < self._most:
            raw = line.encode(errors="replace") if isinstance(line, str) else line
            self._samples.add(Quarantined(str(reason), raw[:KEPT_BYTES]))

    def count(self, reason: Trouble, count: int = 1) -> None:
        """Count what nobody needs to look at."""
        if count:
            self._counts[reason] += count

    def take(self) -> Troubles:
        """Return everything so far, and begin anew."""
        counts = {str(reason): count for reason, count in self._counts.items()}
        samples = tuple(self._samples)
        taken = Troubles(counts, dict(self.missing_columns), dict(self.extra_columns), samples)
        self._reset()
        return Troubles().merged(taken)
