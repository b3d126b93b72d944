"""What became of scaling's own attempts."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

from slipway.adapters.clients import client
from slipway.adapters.faults import passing_faults
from slipway.adapters.scaling import DIMENSION, NAMESPACE

if TYPE_CHECKING:
    from datetime import datetime

_NEWEST = 5
_FAILED = frozenset({"Failed", "Unfulfilled"})


class ScalingActivities:
    """Implements ScalingLog."""

    def failure(self, resource_id: str, since: datetime) -> str:
        """Return why the newest attempt since a moment failed; empty if it did not."""
        with passing_faults():
            answer = client("application-autoscaling").describe_scaling_activities(
                ServiceNamespace=NAMESPACE,
                ResourceId=resource_id,
                ScalableDimension=DIMENSION,
                MaxResults=_NEWEST,
            )
        recent = [
            each
            for each in answer["ScalingActivities"]
            if each["StartTime"].astimezone(UTC) >= since and each["StatusCode"] != "Overridden"
        ]
        newest = max(recent, key=lambda each: each["StartTime"], default=None)
        if newest is None or newest["StatusCode"] not in _FAILED:
            return ""
        return str(newest.get("StatusMessage") or newest.get("Cause") or newest["StatusCode"])
