"""A sandbox for one case after another, and what a scenario may do in it."""

from __future__ import annotations

import io
import tarfile
from typing import TYPE_CHECKING, Any

from sandbox.hosting import PRETENDING
from sandbox.testing import Sandbox

if TYPE_CHECKING:
    from sandbox.functions.runner import Invocation
    from sandbox.gateway import CallRecord

# A workflow that waits for a stuck endpoint gives up within half a day.
_LONG = 14 * 3600.0
# What follows an execution's end (a hand-over, a remediation) has begun by then.
_AFTERMATH = 90.0
# What the stack's schedules began when they were made has ended by then.
_DEPLOYED = 60.0


class World:
    """An endpoint in a sandbox whose models pretend.

    Attributes
    ----------
    endpoint
        The endpoint of this case; no other case has the name.
    since
        When the scenario began to act.
    """

    def __init__(self, sandbox: Sandbox, endpoint: str) -> None:
        self.sandbox = sandbox
        self.endpoint = endpoint
        self.drops = 0
        self.begin()

    def begin(self) -> None:
        """Count what comes as the scenario's own from now on."""
        self.since = self.sandbox.kernel.now()
        self._calls_before = len(self.records)
        self._invoked_before = len(self.sandbox.account.functions.history)
        self._lost_before = [len(place) for place in self._places_of_the_lost()]
        self.sandbox.account.bus.courier.sent = []
        self.sandbox.account.hosting.lifecycle.troubles.seen = []

    def spec(self, text: str) -> None:
        """Write the endpoint's endpoint.yaml."""
        self.sandbox.put(f"models/{self.endpoint}/endpoint.yaml", text.encode())

    def drop(self, version: str, files: dict[str, bytes], *, smoke: bytes | None = None) -> None:
        """Drop a version; its archive is unlike every other one."""
        self.drops += 1
        unlike = f"{self.endpoint} {version} {self.drops}".encode()
        if smoke is not None:
            self.sandbox.put(f"models/{self.endpoint}/{version}/smoke.jsonl", smoke)
        content = archive({**files, "unlike.txt": unlike})
        self.sandbox.put(f"models/{self.endpoint}/{version}/model.tar.gz", content)

    def finish(self) -> None:
        """Let time pass until no workflow runs and nothing follows."""
        kernel = self.sandbox.kernel
        while True:
            kernel.advance(_AFTERMATH)
            if not self.runs:
                return
            if not kernel.run_until(lambda: not self.runs, limit=_LONG):
                raise TimeoutError(f"A workflow still runs after {_LONG:g} sandbox seconds.")

    @property
    def runs(self) -> bool:
        """Whether an execution runs."""
        return any(
            each.status == "RUNNING" for each in self.sandbox.account.workflows.all_executions()
        )

    @property
    def records(self) -> list[CallRecord]:
        """Every call so far."""
        return self.sandbox.account.gateway.records

    @property
    def new_records(self) -> list[CallRecord]:
        """Every call since the scenario acts."""
        return self.records[self._calls_before :]

    @property
    def invocations(self) -> list[Invocation]:
        """Every invocation of a function since the scenario acts."""
        return self.sandbox.account.functions.history[self._invoked_before :]

    @property
    def executions(self) -> list[Any]:
        """Every execution since the scenario acts."""
        everyone = self.sandbox.account.workflows.all_executions()
        return [each for each in everyone if each.start_date >= self.since]

    @property
    def lost(self) -> list[str]:
        """What AWS itself would have dropped without a trace since the scenario acts."""
        places = zip(self._places_of_the_lost(), self._lost_before, strict=True)
        return [f"lost: {each}" for place, before in places for each in place[before:]]

    def _places_of_the_lost(self) -> list[list[Any]]:
        account = self.sandbox.account
        return [account.bus.lost, account.functions.queue.destinations.lost]


def new_sandbox() -> Sandbox:
    """Return a sandbox with the stack, whose models pretend to be served."""
    sandbox = Sandbox()
    sandbox.account.hosting.use(PRETENDING)
    _stop_daily_looks(sandbox)
    return sandbox


def _stop_daily_looks(sandbox: Sandbox) -> None:
    """Take the stack's own schedules away: they would come amid some cases and not amid others.

    A rate also occurs the moment that it is made. That look is under way by now, and belongs to no
    scenario.
    """
    stack = sandbox.client("cloudformation").describe_stack_resources(StackName="slipway")
    for resource in stack["StackResources"]:
        if resource["ResourceType"] == "AWS::Scheduler::Schedule":
            sandbox.client("scheduler").delete_schedule(Name=resource["PhysicalResourceId"])
    sandbox.advance(_DEPLOYED)


def archive(files: dict[str, bytes]) -> bytes:
    """Pack a model.tar.gz."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as file:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            file.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()
