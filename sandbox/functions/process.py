"""One execution environment: a process that serves invocations, one at a time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from sandbox.functions import memory
from sandbox.functions.disguise import Disguise
from sandbox.functions.launch import command, prepare
from sandbox.functions.messages import RESPONSE_TOO_LARGE, Reply, Request
from sandbox.functions.output import Output
from sandbox.functions.runtime_api import RuntimeApi

if TYPE_CHECKING:
    from sandbox.functions.launch import Launch

Ending = Literal["answered", "failed", "timed out", "exited"]


@dataclass(frozen=True)
class Outcome:
    """What became of an invocation or an init phase.

    Attributes
    ----------
    seconds
        Real seconds that it took.
    status
        How the process ended, in Lambda's words; empty while it lives.
    printed
        What the process wrote to stdout and stderr meanwhile.
    memory_mb
        The most resident memory so far; None where the system does not tell.
    slept
        Seconds of sandbox time that it slept without waiting for real.
    """

    ending: Ending
    reply: Reply | None
    seconds: float
    printed: str
    status: str = ""
    memory_mb: int | None = None
    slept: float = 0.0


class Environment:
    """A process of a function, from its start to its end.

    Parameters
    ----------
    launch
        Everything that the process is given.
    """

    def __init__(self, launch: Launch) -> None:
        self._launch = launch
        self._disguise = Disguise(launch)
        self._api = RuntimeApi()
        self._exited: Future[int] = Future()
        self._closed = False
        prepare(launch)
        reading, writing = os.pipe()
        self._process = subprocess.Popen(
            command(launch, interpreter()),
            env=launch.environ | {"AWS_LAMBDA_RUNTIME_API": self._api.address},
            cwd=launch.task_root,
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=writing,
            start_new_session=True,
        )
        os.close(writing)
        self._output = Output(reading)
        self._started = time.monotonic()
        threading.Thread(target=self._await_exit, name="function-exit", daemon=True).start()

    def init(self, limit: float) -> Outcome:
        """Wait until the handler's module is imported, up to `limit` real seconds."""
        return self._settle(self._api.ready, self._started, limit)

    def invoke(self, request: Request, limit: float) -> Outcome:
        """Run one invocation, up to `limit` real seconds; whatever ends badly ends the process."""
        began = time.monotonic()
        return self._settle(self._api.submit(request, self._launch.timeout), began, limit)

    @property
    def alive(self) -> bool:
        """Whether it can serve again."""
        return not self._closed and not self._exited.done()

    def close(self) -> None:
        """Kill the process and its children."""
        if self._closed:
            return  # The number may belong to another process by now.
        self._closed = True
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass  # It has ended by itself.
        self._exited.result()
        self._api.close()

    def _settle(self, answer: Future[Any], began: float, limit: float) -> Outcome:
        left = limit - (time.monotonic() - began)
        overslept = self._api.overslept
        wait([answer, self._exited, overslept], timeout=left, return_when=FIRST_COMPLETED)
        seconds = time.monotonic() - began
        peak = memory.peak_mb(self._process.pid)
        if answer.done() and not overslept.done():
            return self._judge(answer.result(), seconds, peak)
        if overslept.done() or not self._exited.done():
            self.close()
            return Outcome("timed out", None, seconds, self._printed(), "", peak)
        self.close()
        status = exit_status(self._exited.result())
        return Outcome("exited", None, seconds, self._printed(), status, peak)

    def _judge(self, reply: Reply | None, seconds: float, peak: int | None) -> Outcome:
        slept = self._api.slept
        if peak is not None and peak > self._launch.memory_mb:
            # Lambda would have killed it while it grew; here it is found out afterwards.
            self.close()
            killed = exit_status(-signal.SIGKILL)
            return Outcome("exited", None, seconds, self._printed(), killed, peak)
        if reply is None or reply.error is None:
            return Outcome("answered", reply, seconds, self._printed(), "", peak, slept)
        if reply.error == RESPONSE_TOO_LARGE:
            self.close()  # The runtime client gives up on the refusal, as it does in Lambda.
        told = Reply(self._disguise.error(reply.payload), reply.error)
        return Outcome("failed", told, seconds, self._printed(), "", peak, slept)

    def _printed(self) -> str:
        return self._disguise.text(self._output.take())

    def _await_exit(self) -> None:
        self._exited.set_result(self._process.wait())


def interpreter() -> str:
    """Return the Python below any virtual environment: a function must not see ours."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def exit_status(code: int) -> str:
    """Say how a process ended as Lambda says it."""
    if code == 0:
        return "Runtime exited without providing a reason"
    if code == -signal.SIGKILL:
        return "Runtime exited with error: signal: killed"
    if code < 0:
        return f"Runtime exited with error: signal: {(signal.strsignal(-code) or '').lower()}"
    return f"Runtime exited with error: exit status {code}"
