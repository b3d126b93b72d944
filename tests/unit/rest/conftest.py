"""An endpoint by day, in the evening, asleep, and one that woke with too few instances."""

from __future__ import annotations

import pytest

from tests.fakes.rest import Bed


@pytest.fixture
def bed() -> Bed:
    return Bed()


@pytest.fixture
def evening(bed: Bed) -> Bed:
    bed.clock.advance(hours=10, minutes=5)
    return bed


@pytest.fixture
def asleep(bed: Bed) -> Bed:
    bed.sleep()
    bed.clock.advance(hours=8)
    return bed


@pytest.fixture
def short(bed: Bed) -> Bed:
    """Wakes with two instances where it had four, and scaling keeps three."""
    bed.sagemaker.set_count("churn", bed.live.variant, 4)
    bed.sagemaker.settle("churn")
    bed.scaling.set_bounds({**bed.scaling.targets[bed.resource], "MinCapacity": 3})
    bed.sleep()
    bed.begin_wake()
    bed.wake()
    bed.sagemaker.settle("churn")
    return bed
