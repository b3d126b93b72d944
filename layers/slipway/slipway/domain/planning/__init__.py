"""What a release will make, what it needs and what it costs, decided before anything is made."""

from slipway.domain.planning.facts import AccountFacts, ArtifactFacts, LiveFleet
from slipway.domain.planning.plan import Cost, ReleasePlan
from slipway.domain.planning.planner import plan_release
from slipway.domain.planning.refusals import PlanRefused
from slipway.domain.planning.requests import (
    canary_config_request,
    endpoint_config_request,
    model_request,
    release_tags,
)

__all__ = [
    "AccountFacts",
    "ArtifactFacts",
    "Cost",
    "LiveFleet",
    "PlanRefused",
    "ReleasePlan",
    "canary_config_request",
    "endpoint_config_request",
    "model_request",
    "plan_release",
    "release_tags",
]
