"""EventBridge and its Scheduler.

Source: EventBridge Scheduler user guide, "Identity-based policies": iam:PassRole for the role that
the schedule's target is called with.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.access.demands.making import (
    Maker,
    Makers,
    Params,
    everything,
    pass_role,
    same_named,
)
from sandbox.access.policies import Demand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.access.facts import Facts


def _put_events(facts: Facts, params: Params) -> Iterator[Demand]:
    for bus in {str(entry.get("EventBusName", "default")) for entry in params["Entries"]}:
        arn = bus if bus.startswith("arn:") else facts.arn("events", f"event-bus/{bus}")
        yield Demand("events:PutEvents", arn, {})


def _schedule(action: str) -> Maker:
    def make(facts: Facts, params: Params) -> Iterator[Demand]:
        group = params.get("GroupName") or "default"
        arn = facts.arn("scheduler", f"schedule/{group}/{params['Name']}")
        yield Demand(f"scheduler:{action}", arn, {})
        if target := params.get("Target"):
            yield pass_role(target["RoleArn"], "scheduler.amazonaws.com")

    return make


MAKERS: Makers = {
    ("events", "PutEvents"): _put_events,
    **same_named("scheduler", everything, "ListSchedules"),
    **{
        ("scheduler", action): _schedule(action)
        for action in ("CreateSchedule", "UpdateSchedule", "DeleteSchedule", "GetSchedule")
    },
}
