"""What passes between Lambda and a function's process."""

from __future__ import annotations

from dataclasses import dataclass

# 6 MB and a little: the figure that Lambda names in its own message.
MAX_RESPONSE_BYTES = 6_291_556
RESPONSE_TOO_LARGE = "Function.ResponseSizeTooLarge"


@dataclass(frozen=True)
class Request:
    """One invocation, as the process gets it.

    Attributes
    ----------
    deadline_ms
        Milliseconds since 1970 in sandbox time.
    client_context
        JSON text, as the caller sent it.
    """

    request_id: str
    payload: bytes
    deadline_ms: int
    arn: str
    trace: str
    client_context: str | None = None


@dataclass(frozen=True)
class Reply:
    """What the process answered; `error` is Lambda's type of a failure."""

    payload: bytes
    error: str | None = None
