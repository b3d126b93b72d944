"""Everything that a judgement of an endpoint's traffic depends on, beside what was counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from slipway.domain.drift.requirements import Requirements
from slipway.domain.drift.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.drift.known_quality import KnownQuality
    from slipway.domain.drift.record import DriftRecord
    from slipway.domain.drift.yardstick import Yardstick
    from slipway.domain.spec.drift import Drift
    from slipway.usecases.drift_run import RunRef


@dataclass(frozen=True, slots=True)
class Work:
    """What the run has done so far.

    Parameters
    ----------
    index : str
        The key of the list of all files that are counted once this run is.
    yardstick : str
        The key of what they were measured by; empty if nothing was captured.
    quality : str
        The key of what is known of how good the model is; empty if nobody looks at it.
    """

    index: str
    yardstick: str
    batches: int
    places: tuple[str, ...]
    quality: str = ""

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> Self:
        """Read a state's payload."""
        planned = event["planned"]
        return cls(
            str(planned["index"]),
            str(event["yardstick"]),
            int(planned["batches"]),
            tuple(planned["places"]),
            quality=str(event.get("quality") or ""),
        )


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked at, by which settings, and what is known already."""

    ref: RunRef
    work: Work
    record: DriftRecord
    settings: Drift
    yardstick: Yardstick
    quality: KnownQuality | None = None

    @property
    def limits(self) -> Settings:
        """How a window is judged."""
        known = self.yardstick.baseline
        return Settings.of(self.settings, Requirements.of(known.constraints_read if known else {}))
