"""A version that fails 5 % of its requests: user requests failed under Slipway and the guardrail.

On the whole sandbox in recorded time, with modelled load; the first step and the bake are the same
for both. The alarm of the guardrail is tried in two ways: on the new fleet's own metrics, which is
the best that it can have, and on the variant's. `python -m benchmarks.subtle`.
"""

from __future__ import annotations

from functools import partial
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.dropping import GOOD, Endpoint
from benchmarks.figures import Figure, Figures, show
from benchmarks.guardrail import Guarded
from benchmarks.user_errors import COMPARED, ERRORS, SEEDS, WITHIN
from sandbox.hosting import PRETENDING, Behaviour
from sandbox.testing import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

# What begins to fail only when users come costs a bake each time.
LATE_SEEDS = 5
SUBTLE = Behaviour(error_rate=ERRORS)
PERCENT, BAKE_SECONDS = 5, 600
FLEETS = (COMPARED, 2)
INSTANCES = 200


def figures() -> Figures:
    """Measure."""
    with Sandbox() as sandbox:
        sandbox.account.hosting.use(PRETENDING)
        sandbox.account.quotas.set_limit("ml.m5.large", INSTANCES)
        found: Figures = {}
        for fleet in FLEETS:
            found |= _compare(Endpoint(sandbox, f"fleet-{fleet}", instances=fleet))
        return found


def _compare(endpoint: Endpoint) -> Figures:
    endpoint.serve()
    guarded = Guarded(endpoint, PERCENT, BAKE_SECONDS)
    own = _median(endpoint, SEEDS, partial(guarded.deploy, SUBTLE, own_metrics=True))
    both = _median(endpoint, SEEDS, partial(guarded.deploy, SUBTLE, own_metrics=False))
    ours = _median(endpoint, SEEDS, partial(_from_the_start, endpoint))
    late = _median(endpoint, LATE_SEEDS, partial(_from_the_first_user, endpoint))
    name = f"failed user requests, 5 % errors, fleet of {endpoint.instances}"
    words = f"managed {own:g}; its alarm on both fleets together: {both:g}"
    kept = ours <= WITHIN * own or endpoint.instances != COMPARED
    return {
        name: Figure(ours, "requests", f"{words}; {SEEDS} seeds", kept),
        f"{name}, from the first user on": Figure(late, "requests", f"{words}; {LATE_SEEDS} seeds"),
    }


def _median(endpoint: Endpoint, seeds: int, run: Callable[[], int]) -> float:
    counts = []
    for seed in range(seeds):
        endpoint.hosting.seed_traffic(seed)
        counts.append(run())
    return float(median(counts))


def _from_the_start(endpoint: Endpoint) -> int:
    """Drop a version that fails so in the replay too."""
    before = endpoint.failed()
    endpoint.hosting.behave(endpoint.next_pattern, SUBTLE)
    endpoint.drop(GOOD)
    endpoint.finish("rolled-back")
    return endpoint.failed() - before


def _from_the_first_user(endpoint: Endpoint) -> int:
    """Drop a version of which nothing can be seen before users come."""
    before = endpoint.failed()
    pattern = endpoint.drop(GOOD)
    endpoint.until(lambda record: record.step >= 0)
    endpoint.hosting.behave(pattern, SUBTLE)
    endpoint.finish("rolled-back")
    return endpoint.failed() - before


if __name__ == "__main__":
    show(figures())
