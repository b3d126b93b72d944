"""Starts processes of functions and lets them work; real time passes in here."""

from __future__ import annotations

import hashlib
import itertools
import weakref
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.functions import environ
from sandbox.functions.launch import Launch
from sandbox.functions.messages import Request
from sandbox.functions.mishaps import Mishaps
from sandbox.functions.pool import Warm
from sandbox.functions.process import Environment, Outcome
from sandbox.functions.runtime_dir import runtime_dir
from sandbox.functions.unpack import Unpacked

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.functions.config import Config

# Lambda's limit for importing the handler's module; it then tries once more within the invocation.
INIT_LIMIT_SECONDS = 10.0


@dataclass(frozen=True)
class Order:
    """What is asked of a function."""

    request_id: str
    payload: bytes
    trace: str | None = None
    client_context: str | None = None


@dataclass(frozen=True)
class Work:
    """What was done: `init` of a process started for it, and how it ended."""

    warm: Warm
    init: Outcome | None
    outcome: Outcome


class Workers:
    """Starts and uses processes.

    Attributes
    ----------
    mishaps
        What happens to invocations.
    """

    def __init__(self, account: Account) -> None:
        self.mishaps = Mishaps()
        account.gateway.cut_off = lambda call: self.mishaps.called(call.principal.session or "")
        self._account = account
        self._unpacked = Unpacked(account.state / "functions")
        self._numbers = itertools.count(1)
        self._started: weakref.WeakSet[Environment] = weakref.WeakSet()

    def close(self) -> None:
        """End every process, those at work as well."""
        for environment in list(self._started):
            environment.close()

    def work(self, config: Config, order: Order, warm: Warm | None) -> Work:
        """Let a warm process, or a new one, do the work."""
        mishap = self.mishaps.begin(config.name)
        if mishap is not None and mishap.kind == "dies first":
            work = Work(warm or self._start(config), None, _NOTHING)
        else:
            work = self._work(config, order, warm)
        outcome = self.mishaps.end(config.name, work.warm.environment, work.outcome)
        return work if outcome is work.outcome else Work(work.warm, work.init, outcome)

    def _work(self, config: Config, order: Order, warm: Warm | None) -> Work:
        if warm is not None:
            return self._invoke(Work(warm, None, _NOTHING), config, order, config.timeout)
        started = self._start(config)
        init = started.environment.init(INIT_LIMIT_SECONDS)
        left = float(config.timeout)
        if init.ending == "timed out":
            started = self._start(config)
            init = started.environment.init(left)
            left -= init.seconds
        work = Work(started, init, init)
        if init.ending == "answered":
            return self._invoke(work, config, order, left)
        started.environment.close()
        return work

    def _invoke(self, work: Work, config: Config, order: Order, limit: float) -> Work:
        deadline = self._account.kernel.timestamp() + config.timeout
        request = Request(
            order.request_id,
            order.payload or b"{}",
            int(deadline * 1000),
            config.arn,
            order.trace or trace_header(config, order.request_id, self._account.kernel.timestamp()),
            order.client_context,
        )
        self.mishaps.watch(config.name, work.warm.environment)
        return Work(work.warm, work.init, work.warm.environment.invoke(request, limit))

    def _start(self, config: Config) -> Warm:
        number = next(self._numbers)
        stream = self._stream(config, number)
        launch = self._launch(config, stream, number)
        environment = Environment(launch)
        self._started.add(environment)
        return Warm(config.revision, stream, environment)

    def _stream(self, config: Config, number: int) -> str:
        unique = hashlib.sha256(f"{config.arn} {number}".encode()).hexdigest()[:32]
        return f"{self._account.kernel.now():%Y/%m/%d}/[{config.version}]{unique}"

    def _launch(self, config: Config, stream: str, number: int) -> Launch:
        account = self._account
        scratch = account.state / "functions" / f"tmp-{number}"
        task_root, runtime = self._unpacked.code(config), runtime_dir()
        variables = environ.environment(
            config,
            region=account.region,
            url=account.url,
            credentials=account.credentials(account.role(config.role, config.name)),
            stream=stream,
        )
        return Launch(
            task_root=task_root,
            opt=self._unpacked.opt(config),
            runtime_dir=runtime,
            scratch=scratch,
            runtime=config.runtime,
            environ=variables | environ.folders(task_root, runtime, scratch),
            memory_mb=config.memory_mb,
            scratch_mb=config.scratch_mb,
            timeout=config.timeout,
            now=account.kernel.timestamp(),
            still=account.kernel.timing == "recorded",
        )


_NOTHING = Outcome("answered", None, 0.0, "")


def trace_header(config: Config, request_id: str, now: float) -> str:
    """Return an X-Ray trace header; sampled where the function's tracing is active."""
    unique = hashlib.sha256(request_id.encode()).hexdigest()
    sampled = int(config.tracing == "Active")
    return f"Root=1-{int(now):08x}-{unique[:24]};Parent={unique[24:40]};Sampled={sampled}"
