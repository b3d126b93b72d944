"""Many endpoints that sleep at the same time, made of one that was released."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.hosting import PRETENDING
from slipway.domain.lease import EndpointRecord
from tests.stage.archives import scripted
from tests.stage.endpoint import Endpoint, scripted_spec

if TYPE_CHECKING:
    from datetime import datetime

    from sandbox.gateway import CallRecord
    from tests.stage.stage import Stage

_FIRST = "house0"


class Village:
    """Endpoints with a night in common; the first one was released, the others are like it.

    Parameters
    ----------
    count : int
        How many.
    night : timedelta
        How long they sleep; they go to sleep in half an hour.
    """

    def __init__(self, stage: Stage, count: int, night: timedelta) -> None:
        self.stage = stage
        stage.sandbox.account.hosting.use(PRETENDING)
        stage.sandbox.account.quotas.set_limit("ml.m5.large", 4 * count)
        now = stage.sandbox.kernel.now().replace(second=0, microsecond=0)
        self.at, self.until = now + timedelta(minutes=30), now + timedelta(minutes=30) + night
        first = Endpoint(stage, _FIRST)
        first.spec(
            scripted_spec() + f"sleep: {{at: {_cron(self.at)}, until: {_cron(self.until)}}}\n"
        )
        assert first.release("1", scripted("one")).outcome == "succeeded"
        self.names = [_FIRST, *(f"house{number}" for number in range(1, count))]
        self._schedules = [
            self._schedule(f"slipway-{_FIRST}.{action}") for action in ("sleep", "wake")
        ]
        for name in self.names[1:]:
            self._build(name)
        stage.sandbox.kernel.settle()
        stage.sandbox.advance(600)

    def states(self) -> dict[str, int]:
        """Return how many endpoints are in each state."""
        found: dict[str, int] = {}
        for record in self.stage.ledger.list_endpoints():
            found[record.state] = found.get(record.state, 0) + 1
        return found

    def pass_until(self, moment: datetime) -> None:
        """Let time pass."""
        self.stage.sandbox.advance((moment - self.stage.sandbox.kernel.now()).total_seconds())

    def calls(self, operation: str) -> list[CallRecord]:
        """Return the calls of an operation that functions made."""
        records = self.stage.sandbox.account.gateway.records
        return [r for r in records if r.operation == operation and not r.principal.is_admin]

    def endings(self) -> dict[str, int]:
        """Return how many executions of the rest workflow ended in which status."""
        machine = self.stage.outputs["RestStateMachineArn"]
        found: dict[str, int] = {}
        for each in self.stage.sandbox.account.workflows.all_executions():
            if each.state_machine.arn == machine:
                found[each.status] = found.get(each.status, 0) + 1
        return found

    def _schedule(self, name: str) -> dict[str, Any]:
        found = self.stage.client("scheduler").get_schedule(Name=name)
        wanted = (
            "ScheduleExpression",
            "ScheduleExpressionTimezone",
            "FlexibleTimeWindow",
            "Target",
        )
        return {"Name": name, **{each: found[each] for each in wanted}}

    def _build(self, name: str) -> None:
        ledger, client = self.stage.ledger, self.stage.client
        like = ledger.read_endpoint(_FIRST)
        assert like.live
        drop = replace(like.live.drop, endpoint=name, key=f"models/{name}/1/model.tar.gz")
        live = replace(like.live, drop=drop)
        ledger.write_endpoint(EndpointRecord(name, live=live))
        release = ledger.read_release(_FIRST, like.live.release)
        scaling = json.loads(json.dumps(release.scaling).replace(f"/{_FIRST}/", f"/{name}/"))
        ledger.open_release(replace(release, drop=drop, scaling=scaling))
        client("sagemaker").create_endpoint(
            EndpointName=name,
            EndpointConfigName=live.config,
            Tags=[{"Key": "slipway:endpoint", "Value": name}],
        )
        for schedule in self._schedules:
            text = json.dumps(schedule).replace(f'\\"{_FIRST}\\"', f'\\"{name}\\"')
            client("scheduler").create_schedule(
                **json.loads(text.replace(f"slipway-{_FIRST}.", f"slipway-{name}."))
            )


def _cron(moment: datetime) -> str:
    return f'"cron({moment.minute} {moment.hour} * * ? *)"'
