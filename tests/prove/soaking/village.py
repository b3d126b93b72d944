"""Many endpoints in one sandbox, each with settings of its own."""

from __future__ import annotations

import io
import os
import tarfile
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.functions.pool import MOST_IDLE
from sandbox.hosting import PRETENDING
from sandbox.proving import ledger
from sandbox.proving.world import archive
from sandbox.testing import Sandbox
from tests.prove.parts import CODE, SMOKE, spec_of
from tests.stage.archives import gzipped

if TYPE_CHECKING:
    from sandbox.proving.ledger import Book

_STRATEGIES = (
    "strategy: canary, steps: [50, 100]",
    "strategy: all-at-once",
    "strategy: canary, steps: [25, 100], approve: true",
    "strategy: linear, steps: [50]",
    "strategy: managed, steps: [50, 100]",
)
_RELEASE = (
    "release: {{{strategy}, bake: 5m, keep_previous: 20m, inconclusive: promote, replay: 0}}\n"
)
# Every fifth one sleeps at night, some of them in other zones.
_NIGHT = 'sleep: {{at: "cron(0 22 * * ? *)", until: "cron(0 5 * * ? *)", timezone: {zone}}}\n'
_ZONES = ("Etc/UTC", "Europe/Berlin")
_INSTANCES = 30
# All at once, each would need processes of its own for every function.
_APART = 120.0
# What comes to many endpoints at the same moment needs a process for each of them; to start one
# takes longer than what it then does. Of what is free, a third: seeds soak side by side.
_PROCESSES_EACH, _PROCESS_BYTES, _SHARE = 5, 50e6, 3
# What speaks to AWS in the package's own code, where it is an operator's.
_SPEAKING = (
    "slipway.adapters.ledger.table",
    "slipway.adapters.step_functions",
    "slipway_cli.dead_letters",
    "slipway_cli.failed_executions",
    "slipway_cli.stack",
)


class Village:
    """The endpoints, and what a person may do to them.

    Parameters
    ----------
    sandbox
        One in which nothing is left of what was before; without it one of its own.

    Attributes
    ----------
    dropped
        Key and version id of every model that was put there.
    """

    def __init__(self, count: int, sandbox: Sandbox | None = None) -> None:
        self.sandbox = sandbox or Sandbox()
        self._lent = sandbox is not None
        self.account = self.sandbox.account
        self.account.hosting.use(PRETENDING)
        self.account.quotas.set_limit("ml.m5.large", _INSTANCES * count)
        self.account.functions.runner.pool.most_idle = _processes(count)
        self.names = [f"house{number:02}" for number in range(count)]
        self.dropped: list[tuple[str, str]] = []
        self._patch = pytest.MonkeyPatch()
        for module in _SPEAKING:
            self._patch.setattr(f"{module}.client", self.sandbox.client)
        for name in self.names:
            self.settle_in(name)
            self.sandbox.advance(_APART)

    def settle_in(self, name: str) -> None:
        """Give an endpoint its settings and its first model."""
        self.write_settings(name, most=4)
        self.drop(name, "1", archive({**CODE, "unlike.txt": name.encode()}), SMOKE)

    def write_settings(self, name: str, *, most: int) -> None:
        """Write an endpoint's endpoint.yaml."""
        number = self.names.index(name)
        more = _RELEASE.format(strategy=_STRATEGIES[number % len(_STRATEGIES)])
        if number % len(_STRATEGIES) == 1:
            more += _NIGHT.format(zone=_ZONES[number // len(_STRATEGIES) % len(_ZONES)])
        more += f"scaling: {{target: 600, min: 2, max: {most}, burst: {{hold: 10m}}}}\n"
        self.sandbox.put(f"models/{name}/endpoint.yaml", spec_of(more).encode())

    def drop(self, name: str, version: str, content: bytes, smoke: bytes | None = None) -> None:
        """Put a model there."""
        if smoke is not None:
            self.sandbox.put(f"models/{name}/{version}/smoke.jsonl", smoke)
        self.put(f"models/{name}/{version}/model.tar.gz", content)

    def put(self, key: str, content: bytes) -> None:
        """Put an object there that is a drop."""
        self.dropped.append((key, self.sandbox.put(key, content)))

    @property
    def book(self) -> Book:
        """The ledger."""
        return ledger.read(self.sandbox)

    def running(self) -> list[Any]:
        """Return the executions that run."""
        return [e for e in self.account.workflows.all_executions() if e.status == "RUNNING"]

    def close(self) -> None:
        """Stop the sandbox."""
        self._patch.undo()
        if not self._lent:
            self.sandbox.close()


def hostile() -> bytes:
    """Return an archive with a link out of it."""
    link = tarfile.TarInfo("model.json")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as file:
        file.addfile(link)
    return gzipped(buffer.getvalue())


def _processes(endpoints: int) -> int:
    """Return how many processes of functions may wait for their next invocation."""
    free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    affordable = int(free / _SHARE / _PROCESS_BYTES)
    return max(MOST_IDLE, min(_PROCESSES_EACH * endpoints, affordable))
