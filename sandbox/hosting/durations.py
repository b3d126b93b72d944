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


@dataclass(frozen=True)
class Durations:
    """Draws durations.

    Parameters
    ----------
    seed
        Another seed draws other durations.
    start
        What loading the model is recorded to take, with recorded timing.
    invocation
        What one invocation is recorded to take, with recorded timing.
    """

    seed: int = 0
    start: float = 20.0
    invocation: float = 0.012

    def fleet(self, endpoint: str, change: int) -> float:
        """Return how long a new fleet takes until its containers start."""
        return self._draw(endpoint, change, 180, 300) - self.start

    def switch(self, endpoint: str, change: int) -> float:
        """Return how long a change of weights takes."""
        return self._draw(endpoint, change, 30, 75)

    def scaling(self, endpoint: str, change: int) -> float:
        """Return how long more or fewer instances take."""
        return self._draw(endpoint, change, 150, 260)

    def roll_back(self, endpoint: str, change: int) -> float:
        """Return how long it takes to be back at the old configuration."""
        return self._draw(endpoint, change, 40, 90)

    def shortage(self, endpoint: str, change: int) -> float:
        """Return how long SageMaker looks for instances before it gives up."""
        return self._draw(endpoint, change, 1500, 1900)

    def deletion(self, endpoint: str, change: int) -> float:
        """Return how long a deletion takes."""
        return self._draw(endpoint, change, 4, 12)

    def _draw(self, endpoint: str, change: int, low: float, high: float) -> float:
        return round(Random(f"{self.seed}/{endpoint}/{change}/{low}").uniform(low, high), 3)
