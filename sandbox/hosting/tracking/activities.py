"""What Application Auto Scaling did and why: DescribeScalingActivities."""

from __future__ import annotations

import uuid
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.account import Account
    from sandbox.gateway import Call
    from sandbox.hosting.machine import Endpoint

_KEPT = 1000


@dataclass
class Activity:
    """One change of a count.

    Attributes
    ----------
    change
        Which of the endpoint's changes it is.
    """

    identifier: str
    endpoint: str
    variant: str
    wanted: int
    change: int
    cause: str
    begun: datetime
    status: str = "InProgress"
    message: str = ""
    ended: datetime | None = None

    def end(self, status: str, message: str, now: datetime) -> None:
        """Note how it ended."""
        self.status, self.message, self.ended = status, message, now

    def describe(self, dimension: str) -> dict[str, Any]:
        """Return it as the API does."""
        described = {
            "ActivityId": self.identifier,
            "ServiceNamespace": "sagemaker",
            "ResourceId": f"endpoint/{self.endpoint}/variant/{self.variant}",
            "ScalableDimension": dimension,
            "Description": f"Setting desired instance count to {self.wanted}.",
            "Cause": self.cause,
            "StartTime": self.begun,
            "StatusCode": self.status,
            "StatusMessage": self.message,
        }
        return {**described, "EndTime": self.ended} if self.ended else described


class Activities:
    """The scaling activities of all endpoints, the newest of them."""

    def __init__(self, account: Account, dimension: str) -> None:
        self._kernel = account.kernel
        self._dimension = dimension
        self._all: deque[Activity] = deque(maxlen=_KEPT)
        self._open: dict[str, Activity] = {}
        self._made = 0
        account.gateway.serve(
            "application-autoscaling", "DescribeScalingActivities", self._describe
        )

    def begin(self, endpoint: Endpoint, variant: str, wanted: int, cause: str) -> Activity:
        """Note a change that is about to be asked for."""
        self._made += 1
        activity = Activity(
            identifier=str(uuid.uuid5(uuid.NAMESPACE_URL, f"{endpoint.arn}/{self._made}")),
            endpoint=endpoint.name,
            variant=variant,
            wanted=wanted,
            change=endpoint.changes + 1,
            cause=cause,
            begun=self._kernel.now(),
            message=(
                f"Successfully set desired instance count to {wanted}. Waiting for change to be "
                "fulfilled by sagemaker."
            ),
        )
        self._all.appendleft(activity)
        self._open[endpoint.name] = activity
        return activity

    def fail(self, activity: Activity, reason: str) -> None:
        """Note that it was refused."""
        self._open.pop(activity.endpoint, None)
        message = f"Failed to set desired instance count to {activity.wanted}. Reason: {reason}"
        activity.end("Failed", message, self._kernel.now())

    def served(self, endpoint: Endpoint) -> None:
        """Note that an endpoint is in service after a change."""
        activity = self._open.pop(endpoint.name, None)
        if activity is not None and activity.change == endpoint.changes:
            message = (
                f"Successfully set desired instance count to {activity.wanted}. "
                "Change successfully fulfilled by sagemaker."
            )
            activity.end("Successful", message, self._kernel.now())

    def fell_back(self, endpoint: Endpoint, reason: str) -> None:
        """Note that an endpoint goes back to what it was before a change."""
        activity = self._open.get(endpoint.name)
        if activity is not None and activity.change == endpoint.changes:
            self.fail(activity, reason)

    def _describe(self, call: Call) -> dict[str, Any]:
        given = call.params
        found = [
            described
            for described in (activity.describe(self._dimension) for activity in self._all)
            if given.get("ResourceId") in (None, described["ResourceId"])
            and given.get("ScalableDimension") in (None, self._dimension)
            and given["ServiceNamespace"] == "sagemaker"
        ]
        start, size = int(given.get("NextToken") or 0), given.get("MaxResults") or 50
        answer = {"ScalingActivities": found[start : start + size]}
        more = start + size < len(found)
        return {**answer, "NextToken": str(start + size)} if more else answer
