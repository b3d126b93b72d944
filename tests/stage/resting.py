"""An endpoint that sleeps by its calendar, and all that it is made of."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from tests.stage.archives import scripted
from tests.stage.endpoint import scripted_spec
from tests.stage.picture import picture

if TYPE_CHECKING:
    from slipway.domain.lease import EndpointRecord
    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

SMOKE = [{"content_type": "text/csv", "body": "me"}]
ZONE = ZoneInfo("Europe/Berlin")
BEFORE, NIGHT = timedelta(hours=1), timedelta(hours=2)


class Resting:
    """An endpoint in Berlin that sleeps for two hours of each day, from an hour on.

    Parameters
    ----------
    hosting : str
        Further settings of `hosting`.
    """

    def __init__(self, stage: Stage, endpoint: Endpoint, hosting: str = "") -> None:
        self.stage = stage
        self.endpoint = endpoint
        now = stage.sandbox.kernel.now().replace(second=0, microsecond=0)
        self.at, self.until = now + BEFORE, now + BEFORE + NIGHT
        calendar = f"at: {_cron(self.at)}, until: {_cron(self.until)}, timezone: {ZONE.key}"
        endpoint.spec(scripted_spec(hosting) + f"sleep: {{{calendar}}}\n")
        first = endpoint.release("1", scripted("one"), smoke=SMOKE)
        assert first.outcome == "succeeded", first.reason

    @property
    def record(self) -> EndpointRecord:
        """The endpoint's item in the ledger."""
        return self.stage.ledger.read_endpoint(self.endpoint.name)

    @property
    def state(self) -> str:
        """What `slipway status` says."""
        return str(self.stage.status(self.endpoint.name)[0]["state"])

    def to_evening(self) -> None:
        """Let time pass until it is due to sleep."""
        self._to(self.at - timedelta(seconds=1))

    def to_night(self) -> None:
        """Let time pass until it sleeps: within a quarter of an hour, and then what that takes."""
        self._to(self.at + timedelta(minutes=30))

    def to_morning(self) -> None:
        """Let time pass until it is awake."""
        self._to(self.until + timedelta(minutes=20))

    def _to(self, moment: datetime) -> None:
        self.stage.sandbox.advance((moment - self.stage.sandbox.kernel.now()).total_seconds())

    def rest(self, action: str, **more: str) -> str:
        """Start the workflow as a person does, and wait for its end; return its status."""
        execution = self.start(action, **more)
        self.stage.sandbox.run_until(lambda: self._ended(execution), limit=48 * 3600)
        return str(self.stage.describe(execution)["status"])

    def start(self, action: str, **more: str) -> str:
        """Start the workflow as a person does; return the execution."""
        client = self.stage.client("stepfunctions")
        given = {"endpoint": self.endpoint.name, "action": action, **more}
        return str(
            client.start_execution(
                stateMachineArn=self.stage.outputs["RestStateMachineArn"], input=json.dumps(given)
            )["executionArn"]
        )

    def _ended(self, execution: str) -> bool:
        return bool(self.stage.describe(execution)["status"] != "RUNNING")

    def tag(self, **tags: str) -> None:
        """Tag the endpoint."""
        described = self.endpoint.describe() or {}
        self.stage.client("sagemaker").add_tags(
            ResourceArn=described["EndpointArn"],
            Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
        )

    def untag(self, key: str) -> None:
        """Take a tag away."""
        described = self.endpoint.describe() or {}
        self.stage.client("sagemaker").delete_tags(
            ResourceArn=described["EndpointArn"], TagKeys=[key]
        )

    def kinds(self) -> list[str]:
        """Return the kinds of all events about the endpoint that are no release's."""
        kinds = [event["detail-type"] for event in self.stage.said(self.endpoint.name)]
        return [kind for kind in kinds if kind.startswith("Endpoint")]

    def picture(self) -> dict[str, Any]:
        """Return everything that somebody chose about the endpoint, field by field."""
        return picture(self.stage.client, self.endpoint.name)


def _cron(moment: datetime) -> str:
    local = moment.astimezone(ZONE)
    return f'"cron({local.minute} {local.hour} * * ? *)"'
