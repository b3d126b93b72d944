"""Prices by region and instance type; an unknown price is None, never a guess."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from decimal import Decimal

_DATA = Path(__file__).parent / "prices.json"

# 365 days / 12 months x 24 hours: the month that AWS's own calculator uses.
HOURS_PER_MONTH = 730


@dataclass(frozen=True)
class CostEstimate:
    """What a fleet costs in a month, between its fewest and its most instances.

    Parameters
    ----------
    low, high : Decimal, optional
        USD per month of 730 hours; None if the price is unknown.
    as_of : str
        Date of the price file.
    """

    low: Decimal | None
    high: Decimal | None
    as_of: str

    def __str__(self) -> str:
        if self.low is None or self.high is None:
            return f"unknown (not in the price file of {self.as_of})"
        spread = (
            f"${self.low:,.2f}"
            if self.low == self.high
            else (f"${self.low:,.2f} to ${self.high:,.2f}")
        )
        return f"{spread} per month (prices of {self.as_of})"


def hourly_price(instance_type: str, region: str) -> Decimal | None:
    """Return USD per hour of one hosting instance, or None if unknown.

    Example
    -------
    >>> hourly_price("ml.m5.large", "us-east-1")
    Decimal('0.115')
    """
    from decimal import Decimal

    price = _prices()["usd_per_hour"].get(region, {}).get(instance_type)
    return None if price is None else Decimal(price)


def monthly_cost(instance_type: str, region: str, instances: int) -> Decimal | None:
    """Return USD per month of 730 hours for some instances, or None if unknown."""
    from decimal import Decimal

    price = hourly_price(instance_type, region)
    return (
        None if price is None else (price * instances * HOURS_PER_MONTH).quantize(Decimal("0.01"))
    )


def estimate_cost(instance_type: str, region: str, fewest: int, most: int) -> CostEstimate:
    """Return the range of monthly costs of a fleet that scales."""
    return CostEstimate(
        low=monthly_cost(instance_type, region, fewest),
        high=monthly_cost(instance_type, region, most),
        as_of=prices_as_of(),
    )


def prices_as_of() -> str:
    """Return the date of the price file."""
    return str(_prices()["as_of"])


@cache
def _prices() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(_DATA.read_text())
    return data
