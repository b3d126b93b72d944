"""A thousand endpoints that sleep at 18:00, in an account that takes few calls a second.

The workflows and functions are the real ones, in the sandbox's time; the endpoints pretend to
serve. `python -m benchmarks.many_sleepers [count]`.
"""

from __future__ import annotations

import sys
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.testing import Sandbox
from tests.stage.stage import Stage
from tests.stage.village import Village

if TYPE_CHECKING:
    from datetime import datetime

COUNT = 1000
# AWS publishes none of them; reads are usually allowed more often than changes.
READS_PER_SECOND, CHANGES_PER_SECOND, BURST = 10.0, 2.0, 10.0
LIMITED = ("DescribeEndpoint", "DescribeEndpointConfig", "ListTags", "CreateEndpoint")
_NIGHT = timedelta(hours=3)
_PATIENCE = timedelta(hours=2)


def figures(count: int = COUNT) -> dict[str, dict[str, object]]:
    """Return how long it takes until all sleep, and until all serve again."""
    stage = Stage(Sandbox())
    try:
        village = Village(stage, count, _NIGHT)
        _limit(stage)
        asleep = _minutes(village, "asleep", village.at)
        awake = _minutes(village, "serving", village.until)
        calls = [r for r in stage.sandbox.account.gateway.records if not r.principal.is_admin]
        throttled = sum(record.error == "ThrottlingException" for record in calls)
        lost = count - village.states().get("serving", 0)
    finally:
        stage.close()
    name = f"{count} endpoints with one bedtime"
    limits = f"{CHANGES_PER_SECOND:g} changes and {READS_PER_SECOND:g} reads a second"
    return {
        f"{name}: until the last one sleeps": _figure(asleep, "min", limits),
        f"{name}: until the last one serves again": _figure(awake, "min", limits),
        f"{name}: calls that were throttled": _figure(throttled, "calls", f"of {len(calls)}"),
        f"{name}: lost": _figure(lost, "endpoints", "0"),
    }


def _limit(stage: Stage) -> None:
    gateway, now = stage.sandbox.account.gateway, stage.sandbox.kernel.now()
    for operation in (*LIMITED, "DeleteEndpoint"):
        reads = operation.startswith(("Describe", "List"))
        rate = READS_PER_SECOND if reads else CHANGES_PER_SECOND
        gateway.rates.limit("sagemaker", operation, per_second=rate, burst=BURST, now=now)


def _minutes(village: Village, state: str, due: datetime) -> float:
    """Return after how many minutes all are in a state."""
    village.pass_until(due)
    everyone = {state: len(village.names)}
    while village.states() != everyone:
        now = village.stage.sandbox.kernel.now()
        if now > due + _PATIENCE:
            raise TimeoutError(f"Not all are {state}: {Counter(village.states())}")
        village.stage.sandbox.advance(60)
    return round((village.stage.sandbox.kernel.now() - due).total_seconds() / 60, 1)


def _figure(value: float, unit: str, against: str) -> dict[str, object]:
    return {"value": value, "unit": unit, "against": against}


if __name__ == "__main__":
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else COUNT
    for title, figure in figures(wanted).items():
        print(f"{title:60} {figure['value']:>8} {figure['unit']}  ({figure['against']})")
