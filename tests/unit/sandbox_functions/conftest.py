"""Real processes of tiny functions."""

from __future__ import annotations

import io
import json
import shutil
import time
import zipfile
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from sandbox import functions
from sandbox.account import Account
from sandbox.events.metrics import Metrics
from sandbox.functions.environ import folders
from sandbox.functions.launch import Launch
from sandbox.functions.process import Environment
from sandbox.functions.runtime_dir import runtime_dir
from sandbox.kernel import Kernel
from sandbox.replacing import restore

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Start = Callable[..., Environment]
    Zipped = Callable[[dict[str, str]], bytes]
    Create = Callable[..., str]
    Logged = Callable[..., list[str]]

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start the process of a function that is given as source text."""
    started: list[Environment] = []

    def start(source: str, **settings: object) -> Environment:
        task_root = tmp_path / f"task-{len(started)}"
        task_root.mkdir()
        (task_root / "app.py").write_text(source)
        scratch = tmp_path / "scratch"
        runtime = runtime_dir()
        variables = {"_HANDLER": "app.handler", "TZ": ":UTC", "PATH": "/usr/bin:/bin"}
        defaults = {
            "task_root": task_root,
            "opt": tmp_path / "opt",
            "runtime_dir": runtime,
            "scratch": scratch,
            "runtime": "python3.13",
            "environ": variables | folders(task_root, runtime, scratch),
            "memory_mb": 256,
            "scratch_mb": 512,
            "timeout": 10,
            "now": time.time(),
        }
        environment = Environment(Launch(**(defaults | settings)))  # type: ignore[arg-type]  # settings of any test
        started.append(environment)
        return environment

    yield start
    for each in started:
        each.close()


class Bare(Account):
    """An account with functions and metrics only."""

    def _install(self) -> None:
        self.metrics = Metrics(self.kernel)
        self.functions = functions.install(self)

    def close(self) -> None:
        """Stop what there is."""
        self.functions.close()
        restore()
        self._server.close()
        self.kernel.close()
        shutil.rmtree(self.state)


@pytest.fixture(params=["recorded"])
def account(request: pytest.FixtureRequest) -> Iterator[Bare]:
    bare = Bare(Kernel(start=START, timing=request.param))
    trust = {"Version": "2012-10-17", "Statement": []}
    iam = bare.client("iam")
    for name, actions in (("r", ["logs:*", "sqs:SendMessage"]), ("powerless", ["s3:GetObject"])):
        allowed = [{"Effect": "Allow", "Action": actions, "Resource": "*"}]
        policy = json.dumps({"Version": "2012-10-17", "Statement": allowed})
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=policy)
    yield bare
    bare.close()


@pytest.fixture
def zipped() -> Zipped:
    """Make a zip file of names and texts."""

    def zipped(files: dict[str, str]) -> bytes:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        return buffer.getvalue()

    return zipped


@pytest.fixture
def create(account: Bare, zipped: Zipped) -> Create:
    """Create the function `f` from source text and return its ARN."""

    def create(source: str, **settings: Any) -> str:
        defaults = {
            "Role": f"arn:aws:iam::{account.account_id}:role/r",
            "Runtime": "python3.13",
            "Handler": "app.handler",
            "Code": {"ZipFile": zipped({"app.py": source})},
            "MemorySize": 256,
            "Timeout": 10,
        }
        given = defaults | settings
        return str(
            account.client("lambda").create_function(FunctionName="f", **given)["FunctionArn"]
        )

    return create


@pytest.fixture
def logged(account: Bare) -> Logged:
    """Return the messages of a log group, oldest first."""

    def logged(group: str = "/aws/lambda/f") -> list[str]:
        client = account.client("logs")
        streams = client.describe_log_streams(logGroupName=group)["logStreams"]
        return [
            event["message"]
            for stream in streams
            for event in client.get_log_events(
                logGroupName=group, logStreamName=stream["logStreamName"], startFromHead=True
            )["events"]
        ]

    return logged
