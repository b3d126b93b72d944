"""What SageMaker hosting instances cost, from a bundled, dated price file."""

from slipway.domain.pricing.prices import (
    HOURS_PER_MONTH,
    CostEstimate,
    estimate_cost,
    hourly_price,
    monthly_cost,
    prices_as_of,
)

__all__ = [
    "HOURS_PER_MONTH",
    "CostEstimate",
    "estimate_cost",
    "hourly_price",
    "monthly_cost",
    "prices_as_of",
]
