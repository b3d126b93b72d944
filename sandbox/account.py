"""The account: kernel, gateway and all that lives behind it."""

from __future__ import annotations

import itertools
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from moto.moto_api._internal import mock_random
from moto.moto_api._internal.models import moto_api_backend

from sandbox.access import RECORD, Guard
from sandbox.gateway import ADMIN, Gateway, Principal, spare_work
from sandbox.gateway.http import Server
from sandbox.gateway.inprocess import as_caller, make_client
from sandbox.log_keys import LogKeys
from sandbox.quotas import Quotas
from sandbox.replacing import restore

if TYPE_CHECKING:
    from collections.abc import Sequence

    from botocore.client import BaseClient

    from sandbox.events import Bus
    from sandbox.events.metrics import Metrics
    from sandbox.functions import Functions
    from sandbox.hosting import Hosting
    from sandbox.kernel import Kernel
    from sandbox.workflows import Workflows

ROOT = Path(__file__).parents[1]


class Account:
    """An AWS account on this machine. One process has one at a time, for moto's state is global.

    Parameters
    ----------
    kernel
        Time and turns.
    region
        The only region.
    port
        Where the AWS APIs are served on the loopback address; 0 for any free port.
    control
        Answers requests under `/_sandbox/`; see `sandbox.control`.
    """

    account_id = "123456789012"
    functions: Functions
    metrics: Metrics
    hosting: Hosting
    bus: Bus
    workflows: Workflows

    def __init__(self, kernel: Kernel, *, region: str = "us-east-1", port: int = 0) -> None:
        from sandbox.control import Control

        self.kernel = kernel
        self.region = region
        self.gateway = Gateway(kernel)
        self.guard = Guard(self.account_id, region)
        self.gateway.authorize = self.guard.check
        self.quotas = Quotas(self.gateway, region, self.account_id)
        LogKeys(self)
        self.control = Control(self)
        self._clients: dict[str, BaseClient] = {}
        self._keys: dict[Principal, str] = {}
        self._numbers = itertools.count(1)
        moto_api_backend.reset()
        mock_random.seed(1)  # Names and identifiers that moto makes are the same in every run.
        self._server = Server(self.gateway, self.control.answer, port)
        self.url = self._server.url
        folder = ROOT / "build" / "sandbox"
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True)
        self.state = Path(self._folder.name)
        self._install()

    def client(self, service: str, principal: Principal = ADMIN) -> BaseClient:
        """Return a boto3 client that reaches the gateway without a socket, as some principal."""
        if service not in self._clients:
            self._clients[service] = make_client(
                self.gateway, service, self.region, self.credentials(ADMIN), self.url
            )
        if principal == ADMIN:
            return self._clients[service]
        key = self.credentials(principal)["AWS_ACCESS_KEY_ID"]
        return as_caller(self._clients[service], key)

    def role(self, arn: str, session: str = "sandbox") -> Principal:
        """Return the principal that a role is in a session."""
        return Principal(arn, session)

    def credentials(self, principal: Principal) -> dict[str, str]:
        """Return the environment with which a process calls as a principal."""
        if principal not in self._keys:
            prefix = "AKIA" if principal.is_admin else "ASIA"
            key = f"{prefix}{next(self._numbers):016d}"
            self._keys[principal] = key
            self.gateway.principals[key] = principal
        return {
            "AWS_ACCESS_KEY_ID": self._keys[principal],
            "AWS_SECRET_ACCESS_KEY": "sandbox",
        }
        # moto takes a session token for an assumed role of its own, so only children get one.

    def emit(
        self, source: str, detail_type: str, detail: dict[str, Any], resources: Sequence[str] = ()
    ) -> None:
        """Put an event of an AWS service onto the default bus."""
        self.bus.emit(source, detail_type, detail, resources)

    def close(self) -> None:
        """Stop every process, the server and the clock, and let go of moto."""
        from sandbox.deploy import resources

        # By the clock's own pace tasks go on until the kernel closes; none may begin a process now.
        with self.kernel.guest("closing"):
            for area in (self.functions, self.hosting, self.workflows):
                area.close()
        resources.unregister()
        restore()
        self._record_demands()
        self._server.close()
        self.kernel.close()
        self._folder.cleanup()

    def _record_demands(self) -> None:
        """Leave what the stack's roles wanted for `sandbox.access.proof`, if somebody asks."""
        folder = os.environ.get(RECORD)
        if folder and self.control.outputs is not None:
            self.guard.save(Path(folder), self.control.stack)

    def _install(self) -> None:
        from sandbox import events, functions, hosting, workflows

        spare_work()
        self.bus = events.install(self)
        self.metrics = self.bus.metrics
        self.functions = functions.install(self)
        self.workflows = workflows.install(self)
        self.hosting = hosting.install(self)

    def __repr__(self) -> str:
        return f"Account({json.dumps(self.url)})"
