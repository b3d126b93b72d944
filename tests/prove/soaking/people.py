"""Users, operators, and alarms that ring."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.prove.soaking.acting import Acting, chosen

if TYPE_CHECKING:
    from tests.prove.soaking.plan import Happening

_COMMANDS = ("approve", "pause", "resume", "abort", "rollback")
_RUSH, _MANY = 20 * 60.0, 300.0


class People(Acting):
    """Does what people do, and lets ring what tells them."""

    def rush(self, happening: Happening) -> bool:
        """Let many users ask at once."""
        return self.ask(happening.endpoint, _MANY, _RUSH)

    def ring(self, happening: Happening) -> bool:
        """Let one of the alarms of what serves ring."""
        prefix = f"slipway-{happening.endpoint}/"
        cloudwatch = self.village.sandbox.client("cloudwatch")
        found = cloudwatch.describe_alarms(AlarmNamePrefix=prefix)["MetricAlarms"]
        if not found:
            return False
        name = chosen([alarm["AlarmName"] for alarm in found], happening.roll)
        state = {"StateValue": "ALARM", "StateReason": "Threshold Crossed: a soak"}
        cloudwatch.set_alarm_state(AlarmName=name, **state)
        return True

    def settings(self, happening: Happening) -> bool:
        """Write other settings."""
        self.village.write_settings(happening.endpoint, most=3 + int(happening.roll * 4))
        return True

    def broken_settings(self, happening: Happening) -> bool:
        """Write settings that nobody can read, and a while later good ones."""
        key = f"models/{happening.endpoint}/endpoint.yaml"
        self.village.sandbox.put(key, b"scaling: {max: none of these}\n")
        self.village.account.kernel.call_later(
            1800.0,
            lambda: self.village.write_settings(happening.endpoint, most=4),
            name="settings are put right",
        )
        return True

    def command(self, happening: Happening) -> bool:
        """Command the newest release something."""
        releases = self.village.book.releases_of(happening.endpoint)
        if not releases:
            return False
        name = chosen(_COMMANDS, happening.roll)
        which = releases[0] if name == "rollback" else releases[-1]
        self.say(happening.endpoint, which["sk"], name)
        return True

    def say(self, endpoint: str, release: str, command: str) -> None:
        """Put a command on the bus."""
        detail = {"endpoint": endpoint, "release": release, "command": command, "by": "soak"}
        entry = {
            "EventBusName": self.village.sandbox.outputs["EventBusName"],
            "Source": "slipway.operator",
            "DetailType": "Release Command",
            "Detail": json.dumps({**detail, "reason": "a soak"}),
        }
        self.village.sandbox.client("events").put_events(Entries=[entry])

    def rest(self, happening: Happening, action: str) -> bool:
        """Send an endpoint to sleep for two hours, or wake it."""
        kernel = self.village.account.kernel
        until = (
            {"until": (kernel.now() + timedelta(hours=2)).isoformat()} if action == "sleep" else {}
        )
        self.village.sandbox.client("stepfunctions").start_execution(
            stateMachineArn=self.village.sandbox.outputs["RestStateMachineArn"],
            input=json.dumps({"endpoint": happening.endpoint, "action": action, **until}),
        )
        return True
