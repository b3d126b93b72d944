"""Users who really invoke an endpoint, at a modest rate, in sandbox time.

Modelled load (`hosting.traffic`) costs next to nothing; this is for tests and demonstrations that
want every answer to come from the model that serves.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sandbox.account import Account


class Failure(NamedTuple):
    """A request that a user would call failed.

    Attributes
    ----------
    variant
        Who answered; None for an error, which names none.
    """

    at: datetime
    variant: str | None
    reason: str


@dataclass
class Users:
    """Users of one endpoint, who each send the same request, or one after the other.

    Parameters
    ----------
    body
        The request; or a function that gives the next one.
    per_second
        Requests in a sandbox second, one after another.
    expect
        Tells whether an answer is of use; without it every answer is.

    Attributes
    ----------
    answers
        How many requests each variant answered.
    failures
        Every request that failed.

    Example
    -------
    >>> users = Users(account, "churn", b"1,2,3", per_second=0.5)
    >>> users.start()
    >>> ...
    >>> assert users.failures == []
    """

    account: Account
    endpoint: str
    body: bytes | Callable[[], bytes]
    content_type: str = "text/csv"
    per_second: float = 1.0
    expect: Callable[[bytes], bool] | None = None
    answers: Counter[str] = field(default_factory=Counter)
    failures: list[Failure] = field(default_factory=list)
    _sending: bool = False

    @property
    def requests(self) -> int:
        """How many requests have been answered or have failed without an answer."""
        unanswered = sum(each.variant is None for each in self.failures)
        return self.answers.total() + unanswered

    def start(self) -> None:
        """Send from now on, until `stop`."""
        if not self.per_second > 0:
            raise ValueError(f"`per_second` must be above 0, not {self.per_second}.")
        if self._sending:
            raise RuntimeError(f"Users of {self.endpoint} are sending already.")
        self._sending = True
        self.account.kernel.spawn(self._send, name=f"users of {self.endpoint}")

    def stop(self) -> None:
        """Send nothing more; what is under way is still counted."""
        self._sending = False

    def _send(self) -> None:
        kernel = self.account.kernel
        due = kernel.timestamp()
        while self._sending:
            self._ask()
            # A slow answer delays the next request, and what was missed is not made up for.
            due = max(due + 1 / self.per_second, kernel.timestamp())
            kernel.sleep(due - kernel.timestamp())

    def _ask(self) -> None:
        client = self.account.client("sagemaker-runtime")
        try:
            answer = client.invoke_endpoint(
                EndpointName=self.endpoint,
                Body=self.body() if callable(self.body) else self.body,
                ContentType=self.content_type,
            )
            body = answer["Body"].read()
        except (BotoCoreError, ClientError) as error:
            self._fail(None, str(error))
            return
        variant = answer["InvokedProductionVariant"]
        self.answers[variant] += 1
        if self.expect is not None and not self.expect(body):
            self._fail(variant, f"An answer of no use: {body[:200]!r}")

    def _fail(self, variant: str | None, reason: str) -> None:
        self.failures.append(Failure(self.account.kernel.now(), variant, reason))
