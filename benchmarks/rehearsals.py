"""What was promised of a surge, announced and not, over several seeds; the worst is told.

The scenarios are those of `make rehearse`; only the policies that the promises name run.
"""

from __future__ import annotations

import multiprocessing
import os
from concurrent.futures import ProcessPoolExecutor
from typing import TYPE_CHECKING

from benchmarks.figures import Figure, show
from rehearsal.loading import named
from rehearsal.rehearse import course

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.figures import Figures
    from rehearsal.course import Course

SEEDS = (1, 2, 3)
# Which policy in which scenario.
_WANTED = (
    ("black-friday", "slipway"),
    ("flash-crowd", "slipway"),
    ("normal-day", "slipway"),
    ("flash-crowd", "target-tracking"),
    ("black-friday", "oracle"),
)
MOST_TO_ORACLE, MOST_TO_NORMAL = 1.10, 1.35
MOST_FAILED, MOST_TO_TRACKING = 1 / 3, 1.2

Courses = dict[tuple[str, str, int], "Course"]


def figures() -> Figures:
    """Return the worst of all seeds, against what was promised."""
    seeds = ", ".join(map(str, SEEDS))
    words = f"the worst of seeds {seeds}"
    found = _courses()
    told = [_of_seed(found, seed) for seed in SEEDS]

    def worst(name: str) -> float:
        return round(max(each[name] for each in told), 4)

    return {
        "requests that fail in an announced surge": Figure.none(
            worst("failed"), "requests", f"black-friday, {words}"
        ),
        "cost of a day with an announced surge": Figure.at_most(
            worst("to_oracle"), "of the oracle's", MOST_TO_ORACLE, f"black-friday, {words}"
        ),
        "cost of a day with an announced surge, to a normal day's": Figure.at_most(
            worst("to_normal"), "of a normal day's", MOST_TO_NORMAL, f"black-friday, {words}"
        ),
        "requests that fail in a sudden surge": Figure.at_most(
            worst("to_failed"), "of tracking's", round(MOST_FAILED, 4), f"flash-crowd, {words}"
        ),
        "cost of a day with a sudden surge": Figure.at_most(
            worst("to_tracking"), "of tracking's", MOST_TO_TRACKING, f"flash-crowd, {words}"
        ),
    }


def _of_seed(found: Courses, seed: int) -> Mapping[str, float]:
    def of(scenario: str, policy: str = "slipway") -> Course:
        return found[scenario, policy, seed]

    friday, crowd = of("black-friday"), of("flash-crowd")
    tracking = of("flash-crowd", "target-tracking")
    return {
        "failed": friday.failed,
        "to_oracle": friday.instance_hours / of("black-friday", "oracle").instance_hours,
        "to_normal": friday.instance_hours / of("normal-day").instance_hours,
        "to_failed": crowd.failed / max(tracking.failed, 1),
        "to_tracking": crowd.instance_hours / tracking.instance_hours,
    }


def _courses() -> Courses:
    # A process of its own for each: moto keeps one account's state in a process.
    context = multiprocessing.get_context("spawn")
    wanted = [(*each, seed) for each in _WANTED for seed in SEEDS]
    with ProcessPoolExecutor(os.cpu_count() or 1, mp_context=context) as pool:
        futures = {key: pool.submit(course, key[1], named(key[0]), key[2]) for key in wanted}
        return {key: future.result() for key, future in futures.items()}


if __name__ == "__main__":
    show(figures())
