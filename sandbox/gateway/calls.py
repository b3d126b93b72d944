"""A call of an AWS API, who makes it, and how it can fail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime

    from moto.core.request import Request


@dataclass(frozen=True)
class Principal:
    """Who calls: the account's administrator, or a role in a named session.

    Attributes
    ----------
    arn
        The ARN of the account's root or of the role.
    session
        The name of the role's session; None for the administrator.
    """

    arn: str
    session: str | None = None

    @property
    def is_admin(self) -> bool:
        """Whether no policy is asked."""
        return self.session is None


ADMIN = Principal("arn:aws:iam::123456789012:root")


@dataclass(frozen=True)
class Call:
    """One request, parsed by botocore's model of the operation."""

    service: str
    operation: str
    params: dict[str, Any]
    principal: Principal
    raw: Request


@dataclass(frozen=True)
class CallRecord:
    """What became of a call.

    Attributes
    ----------
    error
        The code of the error that was answered, or None.
    fault
        Whether an injected fault decided the answer.
    """

    time: datetime
    principal: Principal
    service: str
    operation: str
    params: dict[str, Any]
    error: str | None = None
    fault: bool = False


class AwsError(Exception):
    """An error that the API answers, as the service would.

    Parameters
    ----------
    code
        The service's error code, e.g. `ValidationException`.
    message
        The service's wording.
    status
        The HTTP status, where the service's model does not say one.
    members
        Further members of the error's shape.
    """

    def __init__(self, code: str, message: str, status: int = 400, **members: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        for name, value in members.items():
            setattr(self, name, value)


class LostReply(Exception):
    """The call was carried out, but its answer never arrives."""


class LostRequest(LostReply):
    """The call never arrived."""
