"""A scenario: demand, model, conditions and the endpoint's own settings. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from array import array
    from datetime import datetime

    from rehearsal.service import Service
    from slipway.domain.spec import EndpointSpec

_MINUTE = 60


@dataclass(frozen=True)
class Price:
    """What an instance costs.

    Attributes
    ----------
    usd_per_hour
        For each hour from when it is asked for until it is gone.
    as_of
        The day of the price.
    """

    usd_per_hour: float
    region: str
    as_of: str


@dataclass(frozen=True)
class Scenario:
    """What is rehearsed.

    Attributes
    ----------
    start
        The first moment, aware.
    rates
        Requests in each second.
    provisioning
        Mean and spread of the seconds that further instances take; drawn evenly between.
    late
        Seconds after which a metric can be seen.
    endpoint
        The endpoint.yaml of the endpoint.
    normal
        The name of the scenario that costs are compared with; None for a trace.
    """

    name: str
    about: str
    start: datetime
    rates: array[float] = field(repr=False)
    service: Service
    provisioning: tuple[float, float]
    late: float
    price: Price
    endpoint: EndpointSpec
    normal: str | None

    @property
    def seconds(self) -> int:
        """How long it lasts."""
        return len(self.rates)

    @property
    def requests(self) -> int:
        """How many requests there are."""
        return round(sum(self.rates))

    def minutes(self) -> list[float]:
        """Return the mean demand of each minute, in requests per second."""
        starts = range(0, self.seconds, _MINUTE)
        parts = (self.rates[start : start + _MINUTE] for start in starts)
        return [sum(part) / len(part) for part in parts]

    def without(self, *, events: bool = False, sleep: bool = False) -> Scenario:
        """Return the scenario with an endpoint that knows of no events, or never sleeps."""
        endpoint = self.endpoint
        if events:
            scaling = endpoint.scaling.model_copy(update={"events": ()})
            endpoint = endpoint.model_copy(update={"scaling": scaling})
        if sleep:
            endpoint = endpoint.model_copy(update={"sleep": None})
        return replace(self, endpoint=endpoint)
