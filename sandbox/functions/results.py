"""Answers of Lambda to the one who invokes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.functions.process import Outcome


@dataclass(frozen=True)
class InvokeResult:
    """What Invoke answers.

    Attributes
    ----------
    payload
        JSON; of an accepted asynchronous invocation empty.
    function_error
        `Unhandled` when the function failed, with Lambda's error object as payload.
    log
        The invocation's log, from which LogResult takes the last 4 KB.
    """

    status: int
    payload: bytes
    request_id: str
    version: str = "$LATEST"
    function_error: str | None = None
    log: str = ""


@dataclass(frozen=True)
class Verdict:
    """An outcome in Lambda's words.

    Attributes
    ----------
    fault
        The line that Lambda writes into the log when the runtime, not the handler, failed.
    """

    payload: bytes
    failed: bool
    status: str
    error_type: str | None = None
    fault: str | None = None


def judge(outcome: Outcome, request_id: str, timeout: int) -> Verdict:
    """Say what an outcome is to the caller and to the log."""
    if outcome.ending == "answered" and outcome.reply is not None:
        return Verdict(outcome.reply.payload, failed=False, status="success")
    if outcome.ending == "failed" and outcome.reply is not None:
        runtime_failed = (outcome.reply.error or "").startswith(("Runtime.", "Function."))
        error = outcome.reply.error if runtime_failed else None
        return Verdict(outcome.reply.payload, failed=True, status="error", error_type=error)
    if outcome.ending == "timed out":
        text = f"Task timed out after {timeout:.2f} seconds"
        return _fault(request_id, "Sandbox.Timedout", text, "timeout")
    return _fault(request_id, "Runtime.ExitError", outcome.status, "error")


def _fault(request_id: str, kind: str, text: str, status: str) -> Verdict:
    message = f"RequestId: {request_id} Error: {text}"
    payload = json.dumps({"errorType": kind, "errorMessage": message}).encode()
    error_type = None if status == "timeout" else kind
    return Verdict(payload, failed=True, status=status, error_type=error_type, fault=text)
