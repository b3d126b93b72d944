"""The sandbox in one process with a test: deterministic, and time passes only on request."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Self

from sandbox.account import Account
from sandbox.deploy import deploy
from sandbox.kernel import Kernel

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.client import BaseClient

    from sandbox.kernel import Timing

# A Monday morning, far from any change of clocks.
START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


class Sandbox:
    """An account with the stack deployed.

    Use it as a context manager, or call `close`.

    Parameters
    ----------
    timing
        See `sandbox.kernel.Kernel`.
    parameters
        The stack's parameters.
    start
        The first moment.
    prepare
        Makes what must be there before the stack, and returns further parameters.
    """

    def __init__(
        self,
        *,
        timing: Timing = "recorded",
        parameters: dict[str, str] | None = None,
        start: datetime = START,
        prepare: Callable[[Account], dict[str, str]] | None = None,
    ):
        self.kernel = Kernel(start=start, timing=timing)
        self.account = Account(self.kernel)
        made = prepare(self.account) if prepare else {}
        self.outputs = deploy(self.account, parameters={**(parameters or {}), **made})

    def client(self, service: str) -> BaseClient:
        """Return a client of the account's administrator."""
        return self.account.client(service)

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self.kernel.advance(seconds)

    def run_until(self, condition: Callable[[], Any], *, limit: float = 7200) -> None:
        """Let time pass until a condition holds.

        Raises
        ------
        TimeoutError
            It does not hold after `limit` sandbox seconds.
        """
        if not self.kernel.run_until(lambda: bool(condition()), limit=limit):
            raise TimeoutError(f"Not so after {limit} sandbox seconds.")

    def put(self, key: str, body: bytes) -> str:
        """Put an object into the artifact bucket and return its version id."""
        bucket = self.outputs["ArtifactBucketName"]
        answer = self.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
        version: str = answer["VersionId"]
        return version

    def executions(self, workflow: str = "Release") -> list[dict[str, Any]]:
        """Return a workflow's executions, the newest first."""
        arn = self.outputs[f"{workflow}StateMachineArn"]
        found: list[dict[str, Any]] = self.client("stepfunctions").list_executions(
            stateMachineArn=arn
        )["executions"]
        return found

    def close(self) -> None:
        """Stop the account."""
        self.account.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()
