"""What a schedule of a known event calls with, and what answering it needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Self

from slipway.domain.capacity.events import Announced
from slipway.usecases.apply_floor import FloorBook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.ports import (
        Announcer,
        Bounds,
        EndpointReader,
        ScalingActivities,
        Schedules,
        Usage,
    )


class HoldBook(FloorBook, Protocol):
    """The parts of the ledger that an event touches."""


@dataclass(frozen=True, slots=True)
class EventCall:
    """What a schedule calls with.

    Parameters
    ----------
    function : str
        ARN of the function that is called: it looks again by schedules of its own.
    """

    endpoint: str
    event: Announced
    function: str

    @classmethod
    def parse(cls, values: Mapping[str, Any]) -> Self:
        """Read it from the schedule's input."""
        return cls(values["endpoint"], Announced.from_dict(values["event"]), values["function"])


@dataclass(frozen=True, slots=True)
class Account:
    """What holding an event needs beside the ledger."""

    endpoints: EndpointReader
    bounds: Bounds
    usage: Usage
    activities: ScalingActivities
    announcer: Announcer
    schedules: Schedules
