"""What a model was trained on, as far as drift needs to know it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from slipway.domain.drift.profiles import Bins, Profile
    from slipway.domain.drift.schema import Schema

    Source = Callable[[], Iterable[bytes]]
    """Opens a file anew and gives its bytes in pieces: a large CSV is read twice."""


class Baseline:
    """Columns, bins and the counts in them.

    Public attributes: bins (to profile with), profile (the baseline's own), label.
    """

    @classmethod
    def from_csv(cls, source: Source, *, label: str | None = None) -> Baseline:
        """Profile a CSV file with a header."""
        raise NotImplementedError

    @classmethod
    def from_model_monitor(
        cls,
        statistics: Mapping[str, Any],
        constraints: Mapping[str, Any] | None = None,
        *,
        label: str | None = None,
    ) -> Baseline:
        """Take over statistics.json and constraints.json."""
        raise NotImplementedError

    @classmethod
    def from_profile(cls, profile: Profile) -> Baseline:
        """Learn from captured requests that were profiled without bins."""
        raise NotImplementedError

    def schema(self, captures: Iterable[bytes]) -> Schema:
        """Return which columns are asked and which answered, seen from the first records.

        Inputs are the baseline's columns without the label and without predictions, if it holds
        any (first, as Model Monitor puts them). Where it holds none, outputs are named after what
        is captured, and `from_profile` of those makes a baseline of them: see `with_outputs`.
        """
        raise NotImplementedError

    def with_outputs(self, profile: Profile) -> Baseline:
        """Return the baseline with predictions as they were in a profile."""
        raise NotImplementedError

    def statistics(self) -> dict[str, Any]:
        """Return Model Monitor's statistics.json."""
        raise NotImplementedError

    def constraints(self) -> dict[str, Any]:
        """Return Model Monitor's constraints.json."""
        raise NotImplementedError

    def to_json(self) -> bytes:
        """Return a versioned file that holds everything exactly."""
        raise NotImplementedError

    @classmethod
    def from_json(cls, content: bytes) -> Baseline:
        """Read a file; BaselineUnreadable if it is none or of a later version."""
        raise NotImplementedError
