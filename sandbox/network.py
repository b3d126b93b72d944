"""The network that a service is asked to work in: whether it is there, and what its role may do.

Packets travel nowhere: every call of a function or a model is one on this machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError
from moto.core.request import Request

from sandbox.gateway import AwsError, Call

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.account import Account


class NetworkMissing(Exception):
    """A subnet or a security group does not exist."""

    def __init__(self, operation: str, error: ClientError) -> None:
        """Keep what EC2 said, and to which question."""
        self.operation = operation
        self.code = error.response["Error"]["Code"]
        self.message = error.response["Error"]["Message"]
        super().__init__(f"{operation}: {self.code}: {self.message}")


class NetworkDenied(Exception):
    """A role may not do in the network what a service has to do there in its name."""

    def __init__(self, action: str) -> None:
        """Keep the action."""
        self.action = action
        super().__init__(f"The role may not call {action} on EC2.")


@dataclass(frozen=True)
class Place:
    """Where something is to run."""

    subnets: Sequence[str]
    groups: Sequence[str]


def require(account: Account, place: Place, role: str, actions: Sequence[str]) -> None:
    """Refuse a place that is not there, or where a role may not do what it must.

    Raises
    ------
    NetworkMissing
        EC2 does not know a subnet or a security group.
    NetworkDenied
        The role's policies lack one of the actions.
    """
    ec2 = account.client("ec2")
    try:
        ec2.describe_subnets(SubnetIds=list(place.subnets))
    except ClientError as error:
        raise NetworkMissing("DescribeSubnets", error) from error
    try:
        ec2.describe_security_groups(GroupIds=list(place.groups))
    except ClientError as error:
        raise NetworkMissing("DescribeSecurityGroups", error) from error
    for action in actions:
        _require_right(account, place, role, action)


def _require_right(account: Account, place: Place, role: str, action: str) -> None:
    params = {"SubnetIds": list(place.subnets), "Groups": list(place.groups)}
    request = Request.from_primitives("POST", account.url, {}, b"")
    principal = account.role(role, "network")
    try:
        account.guard.check(Call("ec2", action, params, principal, request))
    except AwsError as error:
        raise NetworkDenied(action) from error
