"""Traffic that drifts on the sandbox: by schedule, told once, counted once, however a run ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from sandbox.hosting import PRETENDING
from tests.stage.drifting import HOUR, Drifting

if TYPE_CHECKING:
    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage


@pytest.fixture(autouse=True)
def models_pretend(stage: Stage) -> None:
    """Let no process serve: captures are put into the bucket here."""
    stage.sandbox.account.hosting.use(PRETENDING)


def test_drift_is_found_by_schedule_and_told_once(stage: Stage, endpoint: Endpoint) -> None:
    drifting = Drifting(stage, endpoint)
    drifting.traffic(mean=2.0)
    stage.sandbox.advance(1.2 * HOUR)
    assert drifting.kinds() == ["Model Drift Detected", "Retraining Suggested"]
