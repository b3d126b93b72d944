"""Runs all policies through a scenario, on as many cores as there are."""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from rehearsal import running
from rehearsal.fixed import fixed_base, fixed_peak
from rehearsal.loading import named
from rehearsal.noise import Noise
from rehearsal.oracle import oracle
from rehearsal.results import POLICIES, Rehearsal

if TYPE_CHECKING:
    from rehearsal.course import Course
    from rehearsal.scenario import Scenario

_MOST_PROCESSES = 4


def rehearse(scenario: Scenario, seed: int = 1, processes: int | None = None) -> Rehearsal:
    """Return what every policy does with a scenario; the same for the same seed.

    Parameters
    ----------
    processes
        How many work at once, as many as there are cores at most; each has one account at a time.
    """
    normal = named(scenario.normal) if scenario.normal else None
    wanted = [scenario] if normal is None or normal.name == scenario.name else [scenario, normal]
    # A process of its own for each: moto keeps one account's state in a process.
    context = multiprocessing.get_context("spawn")
    most = min(processes or os.cpu_count() or 1, _MOST_PROCESSES)
    with ProcessPoolExecutor(most, mp_context=context) as pool:
        # The longest first, so that no core waits long for another at the end.
        order = [(policy, each) for policy in _LONGEST_FIRST for each in wanted]
        futures = {
            (policy, each.name): pool.submit(course, policy, each, seed) for policy, each in order
        }
        found = {key: future.result() for key, future in futures.items()}
    return Rehearsal(
        scenario,
        seed,
        courses={policy: found[policy, scenario.name] for policy in POLICIES},
        normal={policy: found[policy, normal.name] for policy in POLICIES} if normal else {},
    )


def course(policy: str, scenario: Scenario, seed: int) -> Course:
    """Return one policy's course through a scenario."""
    noise = Noise(seed)
    if policy == "slipway":
        return running.slipway(scenario, noise, seed)
    if policy == "target-tracking":
        return running.target_tracking(scenario, noise, seed)
    if policy == "oracle":
        return oracle(scenario, noise, seed)
    return {"fixed-peak": fixed_peak, "fixed-base": fixed_base}[policy](scenario, noise)


_LONGEST_FIRST = ("slipway", "target-tracking", "oracle", "fixed-peak", "fixed-base")
