"""A release's plan: plain values that the ledger keeps and later steps follow."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal, Self

from slipway.domain.naming import ReleaseNames

if TYPE_CHECKING:
    from collections.abc import Mapping

Action = Literal["create", "update"]
Strategy = Literal["first", "canary", "linear", "all-at-once", "managed", "replace"]
"""How the traffic moves; `first` is for an endpoint that does not serve yet, and `replace` for one
whose instances AWS has no more of: its only variant changes its type."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a rollout.

    Parameters
    ----------
    weight : int
        The new version's share of the requests, 1 to 100 %.
    bake_seconds : int
        How long it is watched before the next step; the first one until it can be judged.
    canary_instances : int
        Instances of the new version.
    peak_instances : int
        Most instances of the endpoint at one time, from the change that leads to the step until
        the next step, or until what served is alone again; the first step includes adding the
        canary, the last one settling.
    usd_per_hour_peak : str, optional
        What those cost in an hour, as decimal text; None if a price is unknown.
    """

    weight: int
    bake_seconds: int
    canary_instances: int
    peak_instances: int
    usd_per_hour_peak: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, fit for JSON."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build a step from :meth:`as_dict`, with numbers as JSON or DynamoDB return them."""
        counts = ("weight", "bake_seconds", "canary_instances", "peak_instances")
        price = values.get("usd_per_hour_peak")
        return cls(**{name: int(values[name]) for name in counts}, usd_per_hour_peak=price)


@dataclass(frozen=True, slots=True)
class Cost:
    """USD per month of 730 hours.

    Parameters
    ----------
    low, high : str, optional
        At the fewest and at the most instances, as decimal text; None if the price is unknown.
    as_of : str
        Date of the prices.
    """

    low: str | None
    high: str | None
    as_of: str


@dataclass(frozen=True, slots=True)
class ReleasePlan:
    """What a release will make.

    Parameters
    ----------
    action : {"create", "update"}
        Whether the endpoint is made or already serves.
    instance_count : int
        Instances that the release starts with.
    min_instances, max_instances : int
        Limits of scaling; the budget may have lowered the latter.
    peak_instances : mapping of str to int
        Most instances of each type, of this endpoint, that exist at the same time.
    notes : sequence of str
        What differs from what the spec says, and why.
    strategy : {"first", "canary", "linear", "all-at-once", "managed", "replace"}
        How the traffic moves.
    steps : sequence of Step
        The steps of an endpoint that already serves.
    """

    action: Action
    names: ReleaseNames
    image: str
    model_uri: str
    environment: Mapping[str, str]
    instance_type: str
    instance_count: int
    min_instances: int
    max_instances: int
    peak_instances: Mapping[str, int]
    sampling: int
    cost: Cost
    framework: str | None = None
    framework_version: str | None = None
    notes: tuple[str, ...] = field(default=())
    strategy: Strategy = "first"
    steps: tuple[Step, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """Return plain values, fit for JSON."""
        lists = {"notes": list(self.notes), "steps": [step.as_dict() for step in self.steps]}
        return asdict(self) | lists

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """Build a plan from :meth:`as_dict`, with numbers as JSON or DynamoDB return them."""
        counts = ("instance_count", "min_instances", "max_instances", "sampling")
        plain = dict(values) | {name: int(values[name]) for name in counts}
        plain["names"] = ReleaseNames(**values["names"])
        plain["cost"] = Cost(**values["cost"])
        plain["notes"] = tuple(values["notes"])
        plain["steps"] = tuple(Step.from_dict(step) for step in values.get("steps", ()))
        plain["peak_instances"] = {k: int(v) for k, v in values["peak_instances"].items()}
        return cls(**plain)

    def __str__(self) -> str:
        peak = " and ".join(f"{count} x {kind}" for kind, count in self.peak_instances.items())
        return (
            f"{self.action} {self.names.endpoint} with {self.instance_count} x "
            f"{self.instance_type}, scaling {self.min_instances} to {self.max_instances}; "
            f"at most {peak} during the release; {self._rollout()}{self._cost()}"
        )

    def _rollout(self) -> str:
        if not self.steps:
            return ""
        shares = ", ".join(f"{step.weight} % on {step.canary_instances}" for step in self.steps)
        first, last = (self.steps[index].bake_seconds / 60 for index in (0, -1))
        minutes = f"{first:g} minutes" + (f", then {last:g}" if last != first else "")
        return f"{self.strategy}: {shares}, {minutes} each; "

    def _cost(self) -> str:
        if self.cost.low is None or self.cost.high is None:
            return f"cost unknown: no price of {self.cost.as_of} for {self.instance_type} here"
        return f"${self.cost.low} to ${self.cost.high} per month at prices of {self.cost.as_of}"
