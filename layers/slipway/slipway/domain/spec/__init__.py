"""The endpoint's settings: endpoint.yaml as typed, validated, documented models."""

from slipway.domain.spec.artifact import Artifact
from slipway.domain.spec.budget import Budget
from slipway.domain.spec.drift import Drift
from slipway.domain.spec.endpoint_spec import EndpointSpec
from slipway.domain.spec.hosting import Hosting
from slipway.domain.spec.parsing import parse_spec
from slipway.domain.spec.problems import InvalidSpec, Problem
from slipway.domain.spec.release import Release
from slipway.domain.spec.scaling import Burst, KnownEvent, Scaling
from slipway.domain.spec.sleep import Sleep
from slipway.domain.spec.tolerance import Tolerance

__all__ = [
    "Artifact",
    "Budget",
    "Burst",
    "Drift",
    "EndpointSpec",
    "Hosting",
    "InvalidSpec",
    "KnownEvent",
    "Problem",
    "Release",
    "Scaling",
    "Sleep",
    "Tolerance",
    "parse_spec",
]
