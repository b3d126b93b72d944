"""The stack under a surge, with its own alarms, workflows and handlers, against target tracking."""

from __future__ import annotations

from rehearsal.testing import demand, rehearsed

SPEC = """
hosting: {instance_count: 5, instance_type: ml.m5.2xlarge}
scaling: {target: 4400, min: 4, max: 40}
"""
SURGE = [300.0] * 8 + [300.0 + 200.0 * minute for minute in range(1, 8)] + [1700.0] * 12


def test_a_surge_that_nobody_announced_costs_fewer_requests_than_with_target_tracking() -> None:
    surge = demand(SURGE, SPEC)
    tracked, slipway = rehearsed(surge, "target-tracking"), rehearsed(surge, "slipway")
    assert tracked.failed > 100_000
    assert slipway.failed < tracked.failed / 2
    # The same endpoint until the surge, and enough for it at the end.
    assert slipway.minutes[:8] == tracked.minutes[:8]
    assert slipway.minutes[-1].failed == 0
    assert slipway.minutes[-1].serving <= 40
