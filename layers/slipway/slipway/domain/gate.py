"""The gate of a guarded deployment: a metric and an alarm that the judge rolls back through."""

from __future__ import annotations

from typing import Any

from slipway.domain.alarms import PERIOD_SECONDS
from slipway.domain.naming import ENDPOINT_TAG, alarm_name

NAMESPACE, METRIC = "Slipway", "Gate"
HELD, PULLED = 0.0, 1.0
WHAT = "gate"
"""The last part of the alarm's name: nothing but the guarded deployment follows from it."""


def gate_alarm(endpoint: str, release: str) -> str:
    """Return the name of a release's gate alarm."""
    return alarm_name(endpoint, release, WHAT)


def gate_dimensions(endpoint: str, release: str) -> list[dict[str, str]]:
    """Return the dimensions of a release's gate metric."""
    return [{"Name": "EndpointName", "Value": endpoint}, {"Name": "Release", "Value": release}]


def gate_request(endpoint: str, release: str) -> dict[str, Any]:
    """Return the arguments of PutMetricAlarm.

    Missing data is `ignore`: once pulled, the gate stays so until SageMaker has rolled back,
    even if a minute passes without the metric.
    """
    return {
        "AlarmName": gate_alarm(endpoint, release),
        "AlarmDescription": (
            f"Slipway's judge rolls back release {release} of endpoint {endpoint} through this."
        ),
        "Namespace": NAMESPACE,
        "MetricName": METRIC,
        "Dimensions": gate_dimensions(endpoint, release),
        "Statistic": "Maximum",
        "Period": PERIOD_SECONDS,
        "EvaluationPeriods": 1,
        "DatapointsToAlarm": 1,
        "Threshold": PULLED,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "ignore",
        "ActionsEnabled": False,
        "Tags": [{"Key": ENDPOINT_TAG, "Value": endpoint}],
    }
