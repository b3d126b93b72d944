"""Tells AWS's errors apart."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from slipway.errors import ServiceBusy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.exceptions import ClientError

SERVER_ERROR = 500

# AWS spells throttling differently from service to service.
_THROTTLED = frozenset(
    {
        "Throttling",
        "ThrottlingException",
        "Throttled",
        "ThrottledException",
        "RequestThrottled",
        "RequestThrottledException",
        "TooManyRequestsException",
        "RequestLimitExceeded",
        "ProvisionedThroughputExceededException",
        "TransactionConflictException",
        "TransactionInProgressException",
        "ConcurrentUpdateException",
        "ConcurrentModification",
        "ConcurrentModificationException",
        "SlowDown",
        "ExecutionLimitExceeded",
        "RequestTimeout",
        "ServiceUnavailable",
        "InternalFailure",
        "InternalError",
    }
)
# Where one service calls another for the caller, the code is its own and only the words tell:
# target tracking puts alarms.
_RATE = "Rate exceeded"


def code_of(error: ClientError) -> str:
    """Return the error code, such as ``ValidationException``."""
    return str(error.response.get("Error", {}).get("Code", ""))


def message_of(error: ClientError) -> str:
    """Return AWS's message."""
    return str(error.response.get("Error", {}).get("Message", ""))


def is_passing(error: ClientError) -> bool:
    """Tell whether the same request may well succeed in a while."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    throttled = code_of(error) in _THROTTLED or _RATE in message_of(error)
    return throttled or status >= SERVER_ERROR


@contextmanager
def passing_faults() -> Iterator[None]:
    """Turn throttling, server errors and lost replies into ServiceBusy, which workflows retry."""
    from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

    try:
        yield
    except ClientError as error:
        if not is_passing(error):
            raise
        raise ServiceBusy(f"{error.operation_name}: {message_of(error)}") from error
    except (ConnectionError, HTTPClientError) as error:
        raise ServiceBusy(f"No answer: {error}") from error
