"""How a new version takes over, step by step: decided here, done elsewhere."""

from slipway.domain.plan import Step, Strategy
from slipway.domain.rollout.decision import MOST_BAKES, Action, Decision, decide
from slipway.domain.rollout.guarded import Guarded, guarded_rollout, problem_of
from slipway.domain.rollout.sizing import Fleets
from slipway.domain.rollout.steps import highest_peak, plan_steps, step_weights

__all__ = [
    "MOST_BAKES",
    "Action",
    "Decision",
    "Fleets",
    "Guarded",
    "Step",
    "Strategy",
    "decide",
    "guarded_rollout",
    "highest_peak",
    "plan_steps",
    "problem_of",
    "step_weights",
]
