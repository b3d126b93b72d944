"""A target-tracking policy: what it watches, its two alarms, and the count that it wants. Pure.

Sources: SageMaker developer guide, "Define a scaling policy" (the predefined metrics; the
high-resolution one is seen every ten seconds and scales in at the speed of the others);
Application Auto Scaling user guide, "How target tracking works" and "Define cooldown periods".
AWS does not document the alarms' periods; these are what its console shows, and users may not rely
on them there.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

from sandbox.errors import Unsupported

_INVOCATIONS = "AWS/SageMaker"
_MINUTE, _SHORT = 60, 10
_OUT_POINTS, _IN_SECONDS = 3, 15 * 60
# Scaling in begins well below the target, or counts would swing.
_MARGIN = 0.9
_COOLDOWN = 300
# So that 8 instances at exactly their target stay 8.
_ROUNDING = 1e-9

_PREDEFINED = {
    "SageMakerVariantInvocationsPerInstance": ("InvocationsPerInstance", "Sum", _MINUTE),
    "SageMakerVariantConcurrentRequestsPerModelHighResolution": (
        "ConcurrentRequestsPerModel",
        "Average",
        _SHORT,
    ),
}


@dataclass(frozen=True)
class Watched:
    """The metric of a policy, in the parameters of an alarm."""

    namespace: str
    name: str
    dimensions: dict[str, str]
    statistic: str
    period: int
    unit: str | None = None

    @property
    def for_alarm(self) -> dict[str, Any]:
        """The members of PutMetricAlarm that name it."""
        dimensions = [{"Name": name, "Value": value} for name, value in self.dimensions.items()]
        named = {
            "Namespace": self.namespace,
            "MetricName": self.name,
            "Dimensions": dimensions,
            "Statistic": self.statistic,
            "Period": self.period,
        }
        return {**named, "Unit": self.unit} if self.unit else named


@dataclass(frozen=True)
class Policy:
    """A policy of a variant.

    Attributes
    ----------
    out_cooldown, in_cooldown
        Seconds after a scaling during which the next one of its kind waits.
    scales_in
        Whether it takes instances away at all.
    """

    name: str
    arn: str
    endpoint: str
    variant: str
    watched: Watched
    target: float
    out_cooldown: float
    in_cooldown: float
    scales_in: bool

    @classmethod
    def of(cls, name: str, arn: str, endpoint: str, variant: str, given: dict[str, Any]) -> Policy:
        """Read a TargetTrackingScalingPolicyConfiguration.

        Raises
        ------
        Unsupported
            It tracks something that the sandbox has no metric of.
        """
        return cls(
            name,
            arn,
            endpoint,
            variant,
            watched=_watched(given, {"EndpointName": endpoint, "VariantName": variant}),
            target=float(given["TargetValue"]),
            out_cooldown=float(given.get("ScaleOutCooldown", _COOLDOWN)),
            in_cooldown=float(given.get("ScaleInCooldown", _COOLDOWN)),
            scales_in=not given.get("DisableScaleIn", False),
        )

    @property
    def resource(self) -> str:
        """What Application Auto Scaling calls the variant."""
        return f"endpoint/{self.endpoint}/variant/{self.variant}"

    @property
    def high(self) -> str:
        """The name of the alarm that scales out."""
        return f"TargetTracking-{self.resource}-AlarmHigh-{self.name}"

    @property
    def low(self) -> str:
        """The name of the alarm that scales in."""
        return f"TargetTracking-{self.resource}-AlarmLow-{self.name}"

    def alarms(self) -> list[dict[str, Any]]:
        """Return the parameters of PutMetricAlarm for both alarms."""
        common = {
            **self.watched.for_alarm,
            "AlarmDescription": (
                f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {self.arn}."
            ),
            "AlarmActions": [self.arn],
        }
        high = {
            "AlarmName": self.high,
            "ComparisonOperator": "GreaterThanThreshold",
            "Threshold": self.target,
            "EvaluationPeriods": _OUT_POINTS,
        }
        low = {
            "AlarmName": self.low,
            "ComparisonOperator": "LessThanThreshold",
            "Threshold": self.target * _MARGIN,
            "EvaluationPeriods": _IN_SECONDS // self.watched.period,
        }
        return [{**common, **high}, {**common, **low}]

    def wanted(self, count: int, value: float) -> int:
        """Return the count at which the metric would be at its target."""
        return max(ceil(count * value / self.target - _ROUNDING), 0)


def _watched(given: dict[str, Any], dimensions: dict[str, str]) -> Watched:
    predefined = given.get("PredefinedMetricSpecification")
    if predefined is not None:
        kind = predefined["PredefinedMetricType"]
        if kind not in _PREDEFINED:
            raise Unsupported(f"The sandbox does not track {kind}.")
        name, statistic, period = _PREDEFINED[kind]
        return Watched(_INVOCATIONS, name, dimensions, statistic, period)
    custom = given.get("CustomizedMetricSpecification") or {}
    if "MetricName" not in custom:
        raise Unsupported("The sandbox tracks one metric as it is, no metric math.")
    return Watched(
        custom["Namespace"],
        custom["MetricName"],
        {each["Name"]: each["Value"] for each in custom.get("Dimensions", [])},
        custom["Statistic"],
        _MINUTE,
        custom.get("Unit"),
    )
