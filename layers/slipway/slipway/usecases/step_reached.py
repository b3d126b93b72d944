"""Say that more users meet a new version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.ports import News
from slipway.usecases.rollout import judgements_before

if TYPE_CHECKING:
    from slipway.usecases.rollout import Rollout


def step_reached(rollout: Rollout, step: int, *, execution: str, watched: bool = True) -> News:
    """Return the news of a step.

    Parameters
    ----------
    step : int
        Its index.
    watched : bool
        Whether its bake begins now; False where it was noticed only afterwards.
    """
    release, planned, of = rollout.release, rollout.step(step), len(rollout.plan.steps)
    seconds = planned.bake_seconds if watched else 0
    words = (
        f"Version {release.drop.version} gets {planned.weight} % of the requests to "
        f"{release.endpoint}, step {step + 1} of {of}"
    )
    return News(
        "Release Step Reached",
        release.endpoint,
        f"{words}, and is watched for {seconds / 60:g} minutes" if seconds else words,
        release=release.release,
        version=release.drop.version,
        execution=execution,
        facts={
            "step": step + 1,
            "steps": of,
            "weight": planned.weight,
            "bake_seconds": seconds,
            "judgements": judgements_before(rollout, step),
        },
    )
