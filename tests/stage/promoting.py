"""A second version beside the first one, as quickly as the steps allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.stage.archives import scripted, scripted_image
from tests.stage.endpoint import hosting

if TYPE_CHECKING:
    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import ReleaseRecord
    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

CODE = "artifact: {allow_code: true}\n"
LONG = 48 * 3600.0
REQUESTS_PER_SECOND = 20.0
BASELINE_SECONDS = 600.0
MACHINES = ("Release", "Settle", "Remediate")


class Promoting:
    """An endpoint with version 1 on it and traffic; later versions have one step of eight minutes.

    Parameters
    ----------
    release : str
        Further settings of `release`, such as ``approve: true``.
    """

    def __init__(self, stage: Stage, endpoint: Endpoint, release: str = "") -> None:
        self.stage = stage
        self.endpoint = endpoint
        self.account = stage.sandbox.account
        more = f", {release}" if release else ""
        settings = f"release: {{steps: [100], bake: 8m, replay: 0, keep_previous: 30m{more}}}\n"
        self.endpoint.spec(hosting(scripted_image()) + CODE + settings)
        first = self.endpoint.release("1", scripted("one"))
        assert first.outcome == "succeeded", first.reason
        self.account.hosting.traffic(self.endpoint.name, REQUESTS_PER_SECOND, LONG)
        # A step with all of the traffic is compared with what served before it.
        self.stage.sandbox.advance(BASELINE_SECONDS)

    def promote(self, version: str = "2") -> ReleaseRecord:
        """Release a good version."""
        record = self.endpoint.release(version, scripted(version))
        assert record.outcome == "succeeded", record.reason
        return record

    def start(self, version: str = "2") -> ReleaseRecord:
        """Drop a version and return once its bake is armed."""
        self.endpoint.drop(version, scripted(version))
        return self.until(lambda: self.endpoint.records()[-1].bake is not None)

    def until(self, reached: Any, limit: float = 7200) -> ReleaseRecord:
        """Let time pass until something holds; return the newest release."""
        assert self.stage.sandbox.kernel.run_until(reached, limit=limit)
        return self.endpoint.records()[-1]

    def pass_time(self, seconds: float) -> None:
        """Let time pass, and then until no workflow runs."""
        self.stage.sandbox.advance(seconds)
        while any(self.executions(machine, "RUNNING") for machine in MACHINES):
            self.stage.sandbox.advance(30)

    def executions(self, machine: str, status: str = "") -> list[str]:
        """Return a workflow's executions, the oldest first."""
        arn = self.stage.outputs[f"{machine}StateMachineArn"]
        chosen = {"statusFilter": status} if status else {}
        found = self.stage.client("stepfunctions").list_executions(stateMachineArn=arn, **chosen)
        return [each["executionArn"] for each in found["executions"]][::-1]

    def record(self) -> EndpointRecord:
        """Return the endpoint's item in the ledger."""
        return self.stage.ledger.read_endpoint(self.endpoint.name)

    def ring(self, version: str, what: str = "server-errors") -> None:
        """Let an alarm of a version's variant ring."""
        name = next(
            alarm["AlarmName"]
            for alarm in self.endpoint.alarms()
            if f"/{version}-" in alarm["AlarmName"] and alarm["AlarmName"].endswith(what)
        )
        self.stage.client("cloudwatch").set_alarm_state(
            AlarmName=name, StateValue="ALARM", StateReason="Threshold Crossed"
        )

    def command(self, name: str, release: str, reason: str = "a test") -> None:
        """Command as a person who has not the command line."""
        import json

        detail = {"endpoint": self.endpoint.name, "release": release, "command": name}
        entry = {
            "EventBusName": self.stage.outputs["EventBusName"],
            "Source": "slipway.operator",
            "DetailType": "Release Command",
            "Detail": json.dumps({**detail, "by": "mira", "reason": reason}),
        }
        answer = self.stage.client("events").put_events(Entries=[entry])
        assert answer["FailedEntryCount"] == 0
        self.stage.sandbox.advance(10)

    def shares(self) -> dict[str, float]:
        """Return the shares of the traffic by version, in percent."""
        return self.endpoint.shares()

    def schedules(self) -> list[str]:
        """Return what the endpoint's schedules are for."""
        return self.endpoint.schedules()

    def failed(self) -> int:
        """Return how many requests of users failed."""
        return self.account.hosting.traffic_log.total(self.endpoint.name).failed

    def kinds(self) -> list[str]:
        """Return the kinds of all events about the endpoint."""
        return [event["detail-type"] for event in self.stage.said(self.endpoint.name)]
