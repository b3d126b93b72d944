"""Many endpoints that sleep at the same time, in an account that takes few calls a second.

The workflows and functions are the real ones, in the sandbox's time; the endpoints pretend to
serve, and each of them has eight alarms and scales. `python -m benchmarks.many_sleepers [count]`.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from typing import TYPE_CHECKING

from benchmarks.figures import Figure, show
from sandbox.testing import Sandbox
from tests.stage.stage import Stage
from tests.stage.village import RATES, Village

if TYPE_CHECKING:
    from datetime import datetime

    from benchmarks.figures import Figures

COUNT = 60
_NIGHT = timedelta(hours=3)
_PATIENCE = timedelta(hours=2)


def figures(count: int = COUNT) -> Figures:
    """Return how long it takes until all sleep, and until all serve again."""
    stage = Stage(Sandbox())
    try:
        village = Village(stage, count, _NIGHT)
        village.limit()
        asleep = _minutes(village, "asleep", village.at)
        awake = _minutes(village, "serving", village.until)
        calls = [r for r in stage.sandbox.account.gateway.records if not r.principal.is_admin]
        written = len(village.calls("PutMetricAlarm"))
        lost = count - village.states().get("serving", 0)
        failed = sum(village.endings().values()) - village.endings().get("SUCCEEDED", 0)
    finally:
        stage.close()
    name = f"{count} endpoints with one bedtime"
    limits = f"CloudWatch takes {RATES['cloudwatch', 'PutMetricAlarm']:g} alarms a second"
    return {
        f"{name}: until the last one sleeps": Figure(asleep, "min", limits),
        f"{name}: until the last one serves again": Figure(awake, "min", limits),
        f"{name}: calls that were throttled": Figure(
            village.throttled(), "calls", f"of {len(calls)}"
        ),
        f"{name}: alarms that were written": Figure.none(written, "alarms"),
        f"{name}: workflows that failed": Figure.none(failed, "workflows"),
        f"{name}: lost": Figure.none(lost, "endpoints"),
    }


def _minutes(village: Village, state: str, due: datetime) -> float:
    """Return after how many minutes all are in a state, or the patience is over."""
    village.pass_until(due)
    everyone = {state: len(village.names)}
    now = due
    while village.states() != everyone and now < due + _PATIENCE:
        village.stage.sandbox.advance(60)
        now = village.stage.sandbox.kernel.now()
    return round((now - due).total_seconds() / 60, 1)


if __name__ == "__main__":
    show(figures(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT))
