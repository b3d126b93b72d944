"""What each happening does."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from sandbox.gateway import AwsError
from sandbox.hosting import Trouble
from sandbox.hosting.behaviour import Behaviour
from sandbox.proving import KINDS, calls_of, fault_of
from sandbox.proving.world import archive
from tests.prove.parts import CODE, SMOKE
from tests.prove.soaking.village import hostile

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.prove.soaking.plan import Happening
    from tests.prove.soaking.village import Village

_COMMANDS = ("approve", "pause", "resume", "abort", "rollback")
_WRONG = json.dumps({"content_type": "text/csv", "body": "1,2", "expect": "7.5"}).encode() + b"\n"
_LACKING = "InsufficientInstanceCapacity: Unable to provision requested ML compute capacity"
_WATCHED, _RUSH = 2 * 3600.0, 20 * 60.0


class Acts:
    """Does what is planned, and counts it."""

    def __init__(self, village: Village) -> None:
        self.village = village
        self.done: Counter[str] = Counter()
        self._versions: Counter[str] = Counter()

    def do(self, happening: Happening) -> None:
        """Let it happen; what there is nobody for does not."""
        act = _ACTS[happening.kind]
        if act(self, happening):
            self.done[happening.kind] += 1

    # ── drops ────────────────────────────────────────────────────────────────────────────────────

    def version(self, endpoint: str) -> str:
        """Return a version that was not there before."""
        self._versions[endpoint] += 1
        return str(self._versions[endpoint] + 1)

    def drop(self, endpoint: str, smoke: bytes = SMOKE, behaviour: Behaviour | None = None) -> bool:
        """Drop a version, which behaves in some way."""
        version = self.version(endpoint)
        hosting = self.village.account.hosting
        if behaviour:
            hosting.behave(f"{endpoint}-{version}-*", behaviour)
        content = archive({**CODE, "unlike.txt": f"{endpoint} {version}".encode()})
        self.village.drop(endpoint, version, content, smoke)
        return True

    def good(self, happening: Happening) -> bool:
        """Drop a good version, half of the time under traffic."""
        if happening.roll < 0.5:  # noqa: PLR2004 - half
            self.ask(happening.endpoint, 5.0, _WATCHED)
        return self.drop(happening.endpoint)

    def erring(self, happening: Happening) -> bool:
        """Drop a version that errs once users meet it."""
        self.ask(happening.endpoint, 20.0, _WATCHED)
        return self.drop(happening.endpoint, behaviour=Behaviour(error_rate=0.3))

    def wrong(self, happening: Happening) -> bool:
        """Drop a version that answers its golden request wrong."""
        return self.drop(happening.endpoint, _WRONG)

    def dead(self, happening: Happening) -> bool:
        """Drop a version whose container never answers."""
        return self.drop(happening.endpoint, behaviour=Behaviour(loads=False))

    def hostile(self, happening: Happening) -> bool:
        """Drop something that no inspection accepts."""
        self.village.drop(happening.endpoint, self.version(happening.endpoint), hostile())
        return True

    def again(self, happening: Happening) -> bool:
        """Drop the bytes that serve once more."""
        live = (self.village.book.endpoints.get(happening.endpoint) or {}).get("live")
        if not live or not live["drop"]["key"].startswith("models/"):
            return False
        got = self.village.sandbox.client("s3").get_object(
            Bucket=live["drop"]["bucket"], Key=live["drop"]["key"]
        )
        self.village.put(live["drop"]["key"], got["Body"].read())
        return True

    def row(self, happening: Happening) -> bool:
        """Drop three versions, the next before the one before is released."""
        for _ in range(3):
            self.drop(happening.endpoint)
            self.village.sandbox.advance(1)
        return True

    def misplaced(self, happening: Happening) -> bool:
        """Drop where nobody looks for a version."""
        self.village.put(f"models/{happening.endpoint}/a/b/model.tar.gz", b"deep")
        return True

    # ── users, alarms, people ────────────────────────────────────────────────────────────────────

    def ask(self, endpoint: str, per_second: float, seconds: float) -> bool:
        """Let users ask for a while; nobody asks what is not there."""
        try:
            self.village.account.hosting.traffic(endpoint, per_second, seconds)
        except AwsError:
            return False
        return True

    def rush(self, happening: Happening) -> bool:
        """Let many users ask at once."""
        return self.ask(happening.endpoint, 300.0, _RUSH)

    def ring(self, happening: Happening) -> bool:
        """Let one of the alarms of what serves ring."""
        prefix = f"slipway-{happening.endpoint}/"
        cloudwatch = self.village.sandbox.client("cloudwatch")
        found = cloudwatch.describe_alarms(AlarmNamePrefix=prefix)["MetricAlarms"]
        if not found:
            return False
        name = _chosen([alarm["AlarmName"] for alarm in found], happening.roll)
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
        name = _chosen(_COMMANDS, happening.roll)
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
        until = {"until": _later(kernel, 2 * 3600.0)} if action == "sleep" else {}
        self.village.sandbox.client("stepfunctions").start_execution(
            stateMachineArn=self.village.sandbox.outputs["RestStateMachineArn"],
            input=json.dumps({"endpoint": happening.endpoint, "action": action, **until}),
        )
        return True

    # ── the account ──────────────────────────────────────────────────────────────────────────────

    def fault(self, happening: Happening) -> bool:
        """Let one of the calls that Slipway makes fail, in one of the ways of its service."""
        sites = sorted(
            {site._replace(nth=0) for site in calls_of(self.village.account.gateway.records)}
        )
        possible = [(s, k) for s in sites for k in KINDS if fault_of(s, k, 1) is not None]
        if not possible:
            return False
        site, kind = _chosen(possible, happening.roll)
        fault = fault_of(site, kind, 1 + int(happening.roll * 1000) % 3)
        assert fault is not None, f"{site} {kind} cannot happen"
        self.village.account.gateway.faults.add(fault)
        return True

    def trouble(self, happening: Happening) -> bool:
        """Let AWS have no capacity for the next change of an endpoint."""
        name = _chosen(self.village.names, happening.roll)
        self.village.account.hosting.lifecycle.troubles.add(Trouble(name, _LACKING, seconds=300.0))
        return True

    def kill(self, happening: Happening) -> bool:
        """Stop an execution that runs."""
        running = sorted(self.village.running(), key=lambda execution: execution.exec_arn)
        if not running:
            return False
        with suppress(ClientError):  # It may end at this moment.
            self.village.sandbox.client("stepfunctions").stop_execution(
                executionArn=_chosen(running, happening.roll).exec_arn, error="Soak", cause="killed"
            )
        return True

    def twice(self, happening: Happening) -> bool:
        """Deliver the event of a drop once more, late."""
        drops = sorted(self.village.book.drops, key=lambda drop: (drop["pk"], drop["sk"]))
        known = [drop["drop"] for drop in drops if drop["drop"]["key"].startswith("models/")]
        if not known:
            return False
        drop = _chosen(known, happening.roll)
        thing = {"key": drop["key"], "version-id": drop["version_id"]}
        detail = {
            "version": "0",
            "bucket": {"name": drop["bucket"]},
            "object": {**thing, "sequencer": drop["sequencer"], "size": 1, "etag": "0"},
            "reason": "PutObject",
        }
        self.village.account.emit("aws.s3", "Object Created", detail, [])
        return True

    def rotate(self, _: Happening) -> bool:
        """Let the stack's key have new material."""
        kms = self.village.sandbox.client("kms")
        for alias in kms.list_aliases()["Aliases"]:
            if alias["AliasName"] == "alias/slipway":
                kms.rotate_key_on_demand(KeyId=alias["TargetKeyId"])
                return True
        return False


def _chosen(things: Sequence[Any], roll: float) -> Any:
    return things[int(roll * len(things)) % len(things)]


def _later(kernel: Any, seconds: float) -> str:
    from datetime import timedelta

    return str((kernel.now() + timedelta(seconds=seconds)).isoformat())


_ACTS: dict[str, Callable[[Acts, Happening], bool]] = {
    "good drop": Acts.good,
    "drop that errs": Acts.erring,
    "drop with a wrong answer": Acts.wrong,
    "drop that does not start": Acts.dead,
    "malicious drop": Acts.hostile,
    "same drop again": Acts.again,
    "drops in a row": Acts.row,
    "misplaced drop": Acts.misplaced,
    "settings": Acts.settings,
    "broken settings": Acts.broken_settings,
    "rush": Acts.rush,
    "alarm": Acts.ring,
    "command": Acts.command,
    "sleep by hand": lambda acts, happening: acts.rest(happening, "sleep"),
    "wake by hand": lambda acts, happening: acts.rest(happening, "wake"),
    "fault": Acts.fault,
    "trouble with capacity": Acts.trouble,
    "kill": Acts.kill,
    "event twice": Acts.twice,
    "key rotation": Acts.rotate,
}
