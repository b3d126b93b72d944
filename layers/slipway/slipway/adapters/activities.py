"""What Application Auto Scaling did with a variant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.adapters.clients import client
from slipway.adapters.faults import passing_faults
from slipway.adapters.scaling import DIMENSION, NAMESPACE

if TYPE_CHECKING:
    from datetime import datetime

_FAILED = frozenset({"Failed", "Unfulfilled"})


class VariantActivities:
    """Implements ScalingActivities."""

    def last_failure(self, resource_id: str, since: datetime) -> str:
        """Return why the newest change of a variant failed; empty unless it did, since then."""
        with passing_faults():
            answer = client("application-autoscaling").describe_scaling_activities(
                ServiceNamespace=NAMESPACE,
                ResourceId=resource_id,
                ScalableDimension=DIMENSION,
                MaxResults=1,
            )
        for activity in answer["ScalingActivities"]:
            if activity["StatusCode"] in _FAILED and activity["StartTime"] >= since:
                return str(activity.get("StatusMessage", "scaling gives no reason"))
        return ""
