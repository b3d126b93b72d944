"""Task tokens: what a waiting task hands out, and what becomes of it."""

from __future__ import annotations

import base64
import json
import random
from typing import TYPE_CHECKING, Any

from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from sandbox.kernel import Event, Kernel

# AWS's tokens are opaque and several hundred characters long; room that a key or a log must have.
_TOKEN_BYTES = 480


class Token:
    """One task's token.

    Attributes
    ----------
    signal
        Set when the task is answered or a heartbeat comes.
    outcome
        The task's output, or `TokenFailure`; empty until answered.
    """

    def __init__(self, value: str, signal: Event) -> None:
        self.value = value
        self.signal = signal
        self.closed = False
        self.outcome: list[Any] = []


class TokenFailure:
    """The task's worker says that it failed."""

    def __init__(self, error: str | None, cause: str | None) -> None:
        self.error = error
        self.cause = cause


class Tokens:
    """All tokens of the account."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._tokens: dict[str, Token] = {}

    def issue(self, execution_arn: str) -> Token:
        """Return a new token; the same run gives the same tokens."""
        source = random.Random(f"{execution_arn} {len(self._tokens)}")
        value = "AQ" + base64.b64encode(source.randbytes(_TOKEN_BYTES)).decode()
        token = Token(value, self._kernel.event())
        self._tokens[value] = token
        return token

    def succeed(self, value: str, output: str) -> None:
        """Answer a task with its output."""
        try:
            content = json.loads(output)
        except ValueError as error:
            raise AwsError("InvalidOutput", f"Invalid Output: '{error}'") from error
        self._answer(value, content)

    def fail(self, value: str, error: str | None, cause: str | None) -> None:
        """Answer a task with a failure."""
        self._answer(value, TokenFailure(error, cause))

    def beat(self, value: str) -> None:
        """Let a task's heartbeat begin anew."""
        self._open(value).signal.set()

    def _answer(self, value: str, outcome: Any) -> None:
        token = self._open(value)
        token.outcome.append(outcome)
        token.closed = True
        token.signal.set()

    def _open(self, value: str) -> Token:
        token = self._tokens.get(value)
        if token is None:
            raise AwsError("InvalidToken", "Invalid Token: 'Invalid token'")
        if token.closed:
            raise AwsError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
        return token
