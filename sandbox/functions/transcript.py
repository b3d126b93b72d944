"""What Lambda itself writes around a function's output, as text or as JSON."""

from __future__ import annotations

import json
import math
import platform
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.functions.config import Config

_LEVELS = ("DEBUG", "INFO", "WARN")


@dataclass(frozen=True)
class Bill:
    """The figures of one invocation.

    Attributes
    ----------
    init_ms
        Of a cold start, else None. It is billed too.
    status
        `success`, `error` or `timeout`.
    error_type
        Lambda's type of a failure of the runtime, not of the handler.
    """

    request_id: str
    duration_ms: float
    init_ms: float | None
    memory_mb: int | None
    status: str
    error_type: str | None = None

    @property
    def billed_ms(self) -> int:
        """Whole milliseconds, the cold start included."""
        return math.ceil(self.duration_ms + (self.init_ms or 0.0))


class Transcript:
    """The log events of one invocation, in order.

    Parameters
    ----------
    config
        The function; its log format decides the form.
    now
        Sandbox time in seconds since 1970.
    """

    def __init__(self, config: Config, now: float) -> None:
        self.messages: list[str] = []
        self._config = config
        self._time = datetime.fromtimestamp(now, UTC).isoformat(timespec="milliseconds")[:23] + "Z"

    def printed(self, text: str) -> None:
        """Add what the function wrote; the runtime sends line ends within a message as returns."""
        lines = (line.replace("\r", "\n") for line in text.split("\n"))
        self.messages += [line + "\n" for line in lines if line.strip()]

    def init_start(self) -> None:
        """Add the start of a cold start, with the Python that really runs."""
        version = f"{self._config.runtime.replace('python', 'python:')} (sandbox: {_host()})"
        record = {"initializationType": "on-demand", "phase": "init", "runtimeVersion": version}
        self._system(f"INIT_START Runtime Version: {version}", "initStart", record, "INFO")

    def start(self, request_id: str) -> None:
        """Add the start of the invocation."""
        version = self._config.version
        record = {"requestId": request_id, "version": version}
        self._system(f"START RequestId: {request_id} Version: {version}", "start", record, "INFO")

    def fault(self, request_id: str, message: str) -> None:
        """Add a failure of the runtime: a timeout, an exit."""
        if self._config.log_format != "JSON":
            self.messages.append(f"{self._time} {request_id} {message}\n")

    def end(self, bill: Bill) -> None:
        """Add the end of the invocation and its report."""
        if self._config.log_format != "JSON":
            self.messages.append(f"END RequestId: {bill.request_id}\n")
        self._system(_report(bill, self._config.memory_mb), "report", self._record(bill), "INFO")

    def text(self) -> str:
        """Return everything as one text."""
        return "".join(self.messages)

    def _system(self, text: str, kind: str, record: dict[str, Any], level: str) -> None:
        if self._config.log_format != "JSON":
            self.messages.append(text + "\n")
        elif _LEVELS.index(level) >= _LEVELS.index(self._config.system_log_level):
            event = {"time": self._time, "type": f"platform.{kind}", "record": record}
            self.messages.append(json.dumps(event) + "\n")

    def _record(self, bill: Bill) -> dict[str, Any]:
        metrics: dict[str, Any] = {
            "durationMs": round(bill.duration_ms, 3),
            "billedDurationMs": bill.billed_ms,
            "memorySizeMB": self._config.memory_mb,
            "maxMemoryUsedMB": bill.memory_mb,
            "initDurationMs": bill.init_ms and round(bill.init_ms, 3),
        }
        kept = {name: value for name, value in metrics.items() if value is not None}
        record = {"requestId": bill.request_id, "metrics": kept, "status": bill.status}
        return record | ({"errorType": bill.error_type} if bill.error_type else {})


def _report(bill: Bill, memory_size: int) -> str:
    parts = [
        f"REPORT RequestId: {bill.request_id}",
        f"Duration: {bill.duration_ms:.2f} ms",
        f"Billed Duration: {bill.billed_ms} ms",
        f"Memory Size: {memory_size} MB",
    ]
    if bill.memory_mb is not None:
        parts.append(f"Max Memory Used: {bill.memory_mb} MB")
    if bill.init_ms is not None:
        parts.append(f"Init Duration: {bill.init_ms:.2f} ms")
    if bill.status != "success":
        parts.append(f"Status: {bill.status}")
    if bill.error_type:
        parts.append(f"Error Type: {bill.error_type}")
    return "\t".join(parts) + "\t"


def _host() -> str:
    return f"Python {platform.python_version()} on {platform.machine()}"
