"""How long hosting takes, in sandbox seconds: drawn from a seed, the same in every run.

The ranges are what people report of small CPU instances; AWS promises none.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

# The container is started again after each failed health check: endpoints with the default
# timeout of 8 minutes are reported as failed after 24.
STARTS = 3
DEFAULT_STARTUP_TIMEOUT = 480.0


Range = tuple[float, float]


@dataclass
class Durations:
    """Draws durations; a test that needs others sets the ranges.

    Parameters
    ----------
    seed
        Another seed draws other durations.
    start
        What loading the model is recorded to take, with recorded timing.
    invocation
        What one invocation is recorded to take, with recorded timing.
    fleets
        Least and most seconds until a new fleet serves.
    switches
        ... that a change of weights takes.
    scalings
        ... that more or fewer instances take.
    rollbacks
        ... until an endpoint is back at its old configuration.
    shortages
        ... that SageMaker looks for instances before it gives up.
    deletions
        ... that a deletion takes.
    alarm_poll
        How often a deployment looks at its alarms.
    metrics
        How long after the end of what a metric is about it is seen.
    straggling
        The share of a minute's requests that is seen no sooner than that; the others are seen after
        half the time, and until then the minute looks like one with fewer requests.
    """

    seed: int = 0
    start: float = 20.0
    invocation: float = 0.012
    fleets: Range = (180, 300)
    switches: Range = (30, 75)
    scalings: Range = (150, 260)
    rollbacks: Range = (40, 90)
    shortages: Range = (1500, 1900)
    deletions: Range = (4, 12)
    alarm_poll: float = 10.0
    metrics: float = 60.0
    straggling: float = 0.0

    def fleet(self, endpoint: str, change: int) -> float:
        """Return how long a new fleet takes until its containers start."""
        return max(self._draw(endpoint, change, self.fleets) - self.start, 0.0)

    def switch(self, endpoint: str, change: int) -> float:
        """Return how long a change of weights takes."""
        return self._draw(endpoint, change, self.switches)

    def scaling(self, endpoint: str, change: int) -> float:
        """Return how long more or fewer instances take."""
        return self._draw(endpoint, change, self.scalings)

    def roll_back(self, endpoint: str, change: int) -> float:
        """Return how long it takes to be back at the old configuration."""
        return self._draw(endpoint, change, self.rollbacks)

    def shortage(self, endpoint: str, change: int) -> float:
        """Return how long SageMaker looks for instances before it gives up."""
        return self._draw(endpoint, change, self.shortages)

    def deletion(self, endpoint: str, change: int) -> float:
        """Return how long a deletion takes."""
        return self._draw(endpoint, change, self.deletions)

    def _draw(self, endpoint: str, change: int, within: Range) -> float:
        source = Random(f"{self.seed}/{endpoint}/{change}/{within[0]}")
        return round(source.uniform(*within), 3)
