"""One invocation: its limits, its timing, its log and its answer."""

from __future__ import annotations

import hashlib
import itertools
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.functions import measures
from sandbox.functions.durations import Durations
from sandbox.functions.logs import LogWriter
from sandbox.functions.pool import Pool
from sandbox.functions.results import InvokeResult, Verdict, judge
from sandbox.functions.transcript import Bill, Transcript
from sandbox.functions.workers import Order, Work, Workers
from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.functions.config import Config

_MILLI = 1000


@dataclass(frozen=True)
class Invocation:
    """One invocation as it really was, by the wall clock.

    Attributes
    ----------
    init_ms
        From the start of the process until the handler's module was imported; None if it was warm.
    bill
        As reported and charged: in recorded timing by the table of durations.
    calls
        How many calls of AWS it made.
    """

    name: str
    duration_ms: float
    init_ms: float | None
    memory_mb: int | None
    bill: Bill
    calls: int = 0


class Runner:
    """Runs invocations.

    Attributes
    ----------
    history
        Every invocation, in order.
    mishaps
        What happens to the next ones.
    """

    def __init__(self, account: Account) -> None:
        self.history: list[Invocation] = []
        self.pool = Pool()
        self.logs = LogWriter(account)
        self._account = account
        self._kernel = account.kernel
        self._workers = Workers(account)
        self.mishaps = self._workers.mishaps
        self._durations = Durations()
        self._numbers = itertools.count(1)

    def close(self) -> None:
        """End every process."""
        self.pool.close()
        self._workers.close()

    def new_id(self, name: str) -> str:
        """Return a request id; the same scenario has the same ones."""
        digest = hashlib.sha256(f"{name} {next(self._numbers)}".encode()).hexdigest()
        return str(uuid.UUID(digest[:32]))

    def run(self, config: Config, order: Order) -> InvokeResult:
        """Run one invocation to its end.

        Raises
        ------
        AwsError
            TooManyRequestsException.
        """
        began, before = self._kernel.now(), len(self._account.gateway.records)
        try:
            warm = self.pool.enter(config)
        except AwsError:
            measures.throttled(self._account.metrics, config.name)
            raise
        try:
            with self._kernel.external():
                work = self._workers.work(config, order, warm)
            warm = work.warm
            verdict = judge(work.outcome, order.request_id, config.timeout)
            bill = self._bill(config, order.request_id, work, verdict)
            self._charge(bill)
        finally:
            self.pool.leave(config, warm)
        records = self._account.gateway.records[before:]
        calls = sum(record.principal.session == config.name for record in records)
        self._remember(config, work, bill, calls)
        measures.invoked(self._account.metrics, config.name, bill, began, failed=verdict.failed)
        log = self._log(config, work, verdict, bill)
        error = "Unhandled" if verdict.failed else None
        return InvokeResult(200, verdict.payload, order.request_id, config.version, error, log)

    def _bill(self, config: Config, request_id: str, work: Work, verdict: Verdict) -> Bill:
        cold = work.init is not None
        if self._kernel.timing == "wall":
            ran = 0.0 if work.outcome is work.init else work.outcome.seconds
            init = work.init.seconds if work.init else 0.0
            memory = work.outcome.memory_mb
        else:
            # Nothing that differs from run to run may be written down.
            timed_out = work.outcome.ending == "timed out"
            ran = self._durations.of(config.name) + work.outcome.slept
            ran = float(config.timeout) if timed_out else min(ran, config.timeout)
            init, memory = self._durations.init, None
        return Bill(
            request_id,
            ran * _MILLI,
            init * _MILLI if cold else None,
            memory,
            verdict.status,
            verdict.error_type,
        )

    def _charge(self, bill: Bill) -> None:
        if self._kernel.timing == "recorded":
            self._kernel.sleep((bill.duration_ms + (bill.init_ms or 0.0)) / _MILLI)

    def _remember(self, config: Config, work: Work, bill: Bill, calls: int) -> None:
        init = work.init.seconds * _MILLI if work.init else None
        real = work.outcome.seconds * _MILLI
        memory = work.outcome.memory_mb
        self.history.append(Invocation(config.name, real, init, memory, bill, calls))

    def _log(self, config: Config, work: Work, verdict: Verdict, bill: Bill) -> str:
        transcript = Transcript(config, self._kernel.timestamp())
        if work.init is not None:
            transcript.init_start()
            transcript.printed(work.init.printed)
        transcript.start(bill.request_id)
        if work.outcome is not work.init:
            transcript.printed(work.outcome.printed)
        if verdict.fault:
            transcript.fault(bill.request_id, verdict.fault)
        transcript.end(bill)
        role = self._account.role(config.role, config.name)
        self.logs.write(config, work.warm.stream, transcript.messages, role)
        return transcript.text()
