"""What goes wrong in an account, and what only happens to it."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from sandbox.hosting import Trouble
from sandbox.proving import KINDS, calls_of, fault_of
from tests.prove.soaking.acting import Acting, chosen

if TYPE_CHECKING:
    from tests.prove.soaking.plan import Happening

_LACKING = "InsufficientInstanceCapacity: Unable to provision requested ML compute capacity"


class Troubles(Acting):
    """Faults, lacks, ends, repeated events, and new key material."""

    def fault(self, happening: Happening) -> bool:
        """Let one of the calls that Slipway makes fail, in one of the ways of its service."""
        sites = sorted(
            {site._replace(nth=0) for site in calls_of(self.village.account.gateway.records)}
        )
        possible = [(s, k) for s in sites for k in KINDS if fault_of(s, k, 1) is not None]
        if not possible:
            return False
        site, kind = chosen(possible, happening.roll)
        fault = fault_of(site, kind, 1 + int(happening.roll * 1000) % 3)
        assert fault is not None, f"{site} {kind} cannot happen"
        self.village.account.gateway.faults.add(fault)
        return True

    def trouble(self, happening: Happening) -> bool:
        """Let AWS have no capacity for the next change of an endpoint."""
        name = chosen(self.village.names, happening.roll)
        self.village.account.hosting.lifecycle.troubles.add(Trouble(name, _LACKING, seconds=300.0))
        return True

    def kill(self, happening: Happening) -> bool:
        """Stop an execution that runs."""
        running = sorted(self.village.running(), key=lambda execution: execution.exec_arn)
        if not running:
            return False
        with suppress(ClientError):  # It may end at this moment.
            self.village.sandbox.client("stepfunctions").stop_execution(
                executionArn=chosen(running, happening.roll).exec_arn, error="Soak", cause="killed"
            )
        return True

    def twice(self, happening: Happening) -> bool:
        """Deliver the event of a drop once more, late."""
        drops = sorted(self.village.book.drops, key=lambda drop: (drop["pk"], drop["sk"]))
        known = [drop["drop"] for drop in drops if drop["drop"]["key"].startswith("models/")]
        if not known:
            return False
        drop = chosen(known, happening.roll)
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
