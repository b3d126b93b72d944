"""The stage: a sandbox with Slipway in it, its ledger, and everything that it says."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from slipway.adapters.ledger import Ledger
from slipway.usecases.read_status import read_status
from tests.stage.ears import EVERYTHING, Ear

if TYPE_CHECKING:
    from botocore.client import BaseClient

    from sandbox.gateway import CallRecord
    from sandbox.testing import Sandbox

DENIED = frozenset({"AccessDenied", "AccessDeniedException", "AuthorizationError", "403"})
_LONG = 12 * 3600
# Looked at only so often: a look at every moment would take longer than what happens between.
_STEP = 60


class Stage:
    """A sandbox and what a user sees of it.

    Attributes
    ----------
    events
        What Slipway puts on its own bus.
    messages
        What its topic delivers to a queue.
    arrivals
        What S3 puts onto the default bus.
    """

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.outputs = sandbox.outputs
        self.events, self.messages, self.arrivals = (
            Ear(sandbox, name) for name in ("slipway-says", "topic-says", "s3-says")
        )
        self.events.listen_to_bus(sandbox, self.outputs["EventBusName"], EVERYTHING)
        self.messages.listen_to_topic(sandbox, self.outputs["NotificationTopicArn"])
        self.arrivals.listen_to_bus(sandbox, "default", {"source": ["aws.s3"]})
        # The ledger of the package itself, as `slipway status` reads it, on the sandbox's table.
        self._patch = pytest.MonkeyPatch()
        self._patch.setattr("slipway.adapters.ledger.table.client", sandbox.client)
        self.ledger = Ledger(self.outputs["LedgerTableName"])

    def close(self) -> None:
        """Stop the sandbox."""
        self._patch.undo()
        self.sandbox.close()

    @property
    def artifacts(self) -> str:
        """The artifact bucket."""
        return self.outputs["ArtifactBucketName"]

    def client(self, service: str) -> BaseClient:
        """Return a client of the account's administrator."""
        return self.sandbox.client(service)

    def status(self, endpoint: str) -> list[dict[str, Any]]:
        """Return what `slipway status --json` prints."""
        return read_status(self.ledger, endpoint)

    def executions(self, status: str | None = None) -> list[dict[str, Any]]:
        """Return the release workflow's executions, the oldest first."""
        machine = self.outputs["ReleaseStateMachineArn"]
        pages = self.client("stepfunctions").get_paginator("list_executions")
        chosen = {"statusFilter": status} if status else {}
        found = [
            each
            for page in pages.paginate(stateMachineArn=machine, **chosen)
            for each in page["executions"]
        ]
        return found[::-1]

    def describe(self, execution: str) -> dict[str, Any]:
        """Return an execution with its input, output and error."""
        found: dict[str, Any] = self.client("stepfunctions").describe_execution(
            executionArn=execution
        )
        return found

    def history(self, execution: str) -> list[dict[str, Any]]:
        """Return an execution's events."""
        pages = self.client("stepfunctions").get_paginator("get_execution_history")
        return [
            event for page in pages.paginate(executionArn=execution) for event in page["events"]
        ]

    def states(self, execution: str) -> list[str]:
        """Return the states that an execution entered, in order."""
        events = self.history(execution)
        return [
            e["stateEnteredEventDetails"]["name"] for e in events if "stateEnteredEventDetails" in e
        ]

    def finish(self, limit: float = _LONG) -> None:
        """Let time pass until no release runs."""
        self.sandbox.kernel.settle()
        end = self.sandbox.kernel.timestamp() + limit
        while self.executions("RUNNING"):
            if self.sandbox.kernel.timestamp() > end:
                raise TimeoutError(f"A release still runs after {limit} sandbox seconds.")
            self.sandbox.advance(_STEP)

    def denied(self, since: int = 0) -> list[CallRecord]:
        """Return the calls of roles that a policy refused; not those that a test refused itself."""
        records = self.sandbox.account.gateway.records[since:]
        denied = (each for each in records if each.error in DENIED and not each.fault)
        return [each for each in denied if not each.principal.is_admin]

    def mails(self, endpoint: str) -> list[tuple[str, str]]:
        """Return subject and text of the e-mails about an endpoint."""
        outbox = self.sandbox.account.bus.notifications.outbox
        all_of_them = [(s.subject or "", s.message) for s in outbox if s.protocol == "email"]
        name = re.compile(rf"\b{endpoint}\b")
        return [mail for mail in all_of_them if name.search(mail[0])]

    def outcome(self, endpoint: str, version: str) -> tuple[str, str]:
        """Return outcome and reason of the newest release of a version."""
        (status,) = self.status(endpoint)
        found = next(each for each in status["releases"] if each["version"] == version)
        return found["outcome"], found["reason"]

    def said(self, endpoint: str) -> list[dict[str, Any]]:
        """Return Slipway's events about an endpoint."""
        return [event for event in self.events.heard() if event["detail"]["endpoint"] == endpoint]

    def told(self, endpoint: str) -> list[dict[str, Any]]:
        """Return the topic's messages about an endpoint, as programs read them."""
        bodies = [json.loads(message["Message"]) for message in self.messages.heard()]
        own = [body for body in bodies if body.get("source") == "slipway"]  # CloudWatch's have none
        return [body for body in own if body["detail"]["endpoint"] == endpoint]
