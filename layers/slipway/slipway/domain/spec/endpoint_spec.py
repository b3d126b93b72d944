"""The whole of endpoint.yaml."""

from typing import Any

from pydantic import Field

from slipway.domain.spec.alarms import Alarms
from slipway.domain.spec.artifact import Artifact
from slipway.domain.spec.budget import Budget
from slipway.domain.spec.drift import Drift
from slipway.domain.spec.hosting import Hosting
from slipway.domain.spec.release import Release
from slipway.domain.spec.scaling import Scaling
from slipway.domain.spec.section import Section, plain_values
from slipway.domain.spec.sleep import Sleep


class EndpointSpec(Section):
    """How one endpoint is hosted, released, scaled, rested and watched.

    Example
    -------
    >>> EndpointSpec().scaling.max
    10
    """

    hosting: Hosting = Field(
        default=Hosting(),
        description="Where and on what the model is served.",
        examples=[{"framework": "xgboost", "instance_type": "ml.c5.xlarge"}],
    )
    artifact: Artifact = Field(
        default=Artifact(),
        description="What a dropped model archive may contain.",
        examples=[{"allow_code": True}],
    )
    release: Release = Field(
        default=Release(),
        description="How a new version takes over.",
        examples=[{"steps": [10, 100], "bake": "15m"}],
    )
    scaling: Scaling = Field(
        default=Scaling(),
        description="How many instances serve, and when.",
        examples=[{"min": 2, "max": 4}],
    )
    alarms: Alarms = Field(
        default=Alarms(),
        description="When people are told that it does badly.",
        examples=[{"latency": 2500}],
    )
    sleep: Sleep | None = Field(
        default=None,
        description="When the endpoint rests; absent, it never does.",
        examples=[{"at": "cron(0 20 ? * MON-FRI *)", "until": "cron(0 6 ? * MON-FRI *)"}],
    )
    drift: Drift = Field(
        default=Drift(),
        description="How the served traffic is watched.",
        examples=[{"sampling": 20}],
    )
    budget: Budget = Field(
        default=Budget(),
        description="What the endpoint may cost.",
        examples=[{"monthly_usd": 500}],
    )

    @property
    def initial_instance_count(self) -> int:
        """Instances of a first release: `hosting.instance_count` within the scaling limits."""
        return min(max(self.hosting.instance_count, self.scaling.min), self.scaling.max)

    def as_yaml_dict(self) -> dict[str, Any]:
        """Return plain values that, written as YAML, parse to an equal spec."""
        return plain_values(self)
