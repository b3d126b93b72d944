"""How long instances take to come: drawn from the seed."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rehearsal.scenario import Scenario


def delay_range(scenario: Scenario) -> tuple[float, float]:
    """Return the shortest and the longest time until further instances serve, in seconds."""
    mean, spread = scenario.provisioning
    return mean - spread, mean + spread


def minute_delays(scenario: Scenario, seed: int) -> list[int]:
    """Return, for each minute, how long instances take that are to serve from it on."""
    source = Random(f"{seed}/oracle")
    low, high = delay_range(scenario)
    return [round(source.uniform(low, high)) for _ in scenario.minutes()]
