"""SageMaker's refusals: mostly a ValidationException that only the message tells apart."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from slipway.adapters.faults import code_of, message_of, passing_faults
from slipway.errors import CapacityRefused, EndpointBusy, HostingRefused, ServiceBusy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.exceptions import ClientError

_ABSENT = ("could not find",)
_EXISTS = ("cannot create already existing",)
_IN_PROGRESS = ("cannot update in-progress", "cannot delete in-progress", "is currently in use")
# A configuration that was made a moment ago, or a role and what it may do, is not seen everywhere
# at once. A workflow's Retry bounds how often it is asked again.
_NOT_YET = (
    "could not find endpoint configuration",
    "could not find model",
    "could not access model data",
    "execution role arn is invalid",
    "could not assume role",
)
_CAPACITY = frozenset({"ResourceLimitExceeded", "InsufficientInstanceCapacity"})


def is_absent(error: ClientError) -> bool:
    """Tell whether the thing asked for does not exist."""
    return code_of(error) == "ResourceNotFound" or _says(error, _ABSENT)


def already_exists(error: ClientError) -> bool:
    """Tell whether a thing of this name exists."""
    return code_of(error) == "ResourceInUse" or _says(error, _EXISTS)


@contextmanager
def hosting_faults() -> Iterator[None]:
    """Name SageMaker's refusals; absence and existing names stay for the caller to decide on."""
    from botocore.exceptions import ClientError

    try:
        with passing_faults():
            yield
    except ClientError as error:
        _name(error)
        raise


def _name(error: ClientError) -> None:
    words = f"SageMaker refused {error.operation_name}: {message_of(error)}"
    if code_of(error) in _CAPACITY:
        raise CapacityRefused(words) from error
    if _says(error, _IN_PROGRESS):
        raise EndpointBusy(words) from error
    if error.operation_name.startswith(("Create", "Update")):
        if _says(error, _NOT_YET):
            raise ServiceBusy(words) from error
        if not already_exists(error) and not is_absent(error):
            raise HostingRefused(words) from error


def _says(error: ClientError, beginnings: tuple[str, ...]) -> bool:
    message = message_of(error).lower()
    return any(words in message for words in beginnings)
