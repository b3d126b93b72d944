"""What a release will make, what it needs and what it costs, decided before anything is made."""

from slipway.domain.plan import Cost, ReleasePlan
from slipway.domain.planning.facts import AccountFacts, ArtifactFacts, LiveFleet
from slipway.domain.planning.planner import plan_release
from slipway.domain.planning.refusals import PlanRefused

__all__ = [
    "AccountFacts",
    "ArtifactFacts",
    "Cost",
    "LiveFleet",
    "PlanRefused",
    "ReleasePlan",
    "plan_release",
]
