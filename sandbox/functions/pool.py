"""Warm processes and the limits of concurrency."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from sandbox.functions.config import Config
    from sandbox.functions.process import Environment

# Every AWS account's default quota, but for new ones, which have 10.
ACCOUNT_CONCURRENCY = 1000
# Lambda ends what idles for minutes; here the memory of this machine (50 MB each) is the limit.
MOST_IDLE = 100


@dataclass
class Warm:
    """A process that waits for its next invocation, and the log stream that it writes to."""

    revision: str
    stream: str
    environment: Environment
    used: int = 0


class Pool:
    """Lends each process to one invocation at a time.

    Attributes
    ----------
    limit
        Invocations at a time in the whole account.
    most_idle
        Processes that wait; of more, the one that was used longest ago ends.
    """

    def __init__(self) -> None:
        self.limit = ACCOUNT_CONCURRENCY
        self.most_idle = MOST_IDLE
        self._uses = 0
        self._idle: dict[str, list[Warm]] = {}
        self._busy: Counter[str] = Counter()

    def enter(self, config: Config) -> Warm | None:
        """Count an invocation in; return a warm process if there is one.

        Raises
        ------
        AwsError
            TooManyRequestsException, where the function's or the account's limit is reached.
        """
        reserved = config.reserved_concurrency
        if reserved is not None and self._busy[config.name] >= reserved:
            raise _throttled("ReservedFunctionConcurrentInvocationLimitExceeded")
        if self._busy.total() >= self.limit:
            raise _throttled("ConcurrentInvocationLimitExceeded")
        self._busy[config.name] += 1
        return self._take(config)

    def leave(self, config: Config, warm: Warm | None) -> None:
        """Count an invocation out; a process that still lives is kept for the next one."""
        self._busy[config.name] -= 1
        if warm is not None and warm.environment.alive:
            self._uses += 1
            warm.used = self._uses
            self._idle.setdefault(config.arn, []).append(warm)
            self._end_stalest()

    def forget(self, name: str) -> None:
        """End the waiting processes of a function that was deleted, of all its versions."""
        for arn in [arn for arn in self._idle if arn.split(":")[6] == name]:
            for warm in self._idle.pop(arn):
                warm.environment.close()

    def close(self) -> None:
        """End all processes that wait."""
        for waiting in self._idle.values():
            for warm in waiting:
                warm.environment.close()
        self._idle.clear()

    def _end_stalest(self) -> None:
        waiting = [each for each in self._idle.values() if each]
        if sum(map(len, waiting)) > self.most_idle:
            # Each list has the one that was used longest ago first.
            min(waiting, key=lambda warms: warms[0].used).pop(0).environment.close()

    def _take(self, config: Config) -> Warm | None:
        waiting = self._idle.get(config.arn, [])
        while waiting:
            warm = waiting.pop()  # The last one used, as Lambda prefers.
            if warm.revision == config.revision and warm.environment.alive:
                return warm
            warm.environment.close()
        return None


def _throttled(reason: str) -> AwsError:
    return AwsError("TooManyRequestsException", "Rate Exceeded.", 429, Reason=reason, Type="User")
