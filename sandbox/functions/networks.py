"""What Lambda refuses when a function is to run in a network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.gateway import AwsError
from sandbox.network import NetworkDenied, NetworkMissing, Place, require

if TYPE_CHECKING:
    from sandbox.account import Account

# What Lambda does in the name of the function's role.
_ACTIONS = (
    "CreateNetworkInterface",
    "DescribeNetworkInterfaces",
    "DescribeSubnets",
    "DeleteNetworkInterface",
    "AssignPrivateIpAddresses",
    "UnassignPrivateIpAddresses",
)


def check(account: Account, params: dict[str, Any]) -> None:
    """Check the VpcConfig of CreateFunction, if there is one.

    Raises
    ------
    AwsError
        As Lambda would answer.
    """
    wanted = params.get("VpcConfig", {})
    place = Place(wanted.get("SubnetIds", []), wanted.get("SecurityGroupIds", []))
    if not place.subnets and not place.groups:
        return
    if not place.subnets or not place.groups:
        raise _refused("SubnetIds and SecurityIds must coexist or be both empty list.")
    try:
        require(account, place, params["Role"], _ACTIONS)
    except NetworkMissing as error:
        said = f"EC2 Error Code: {error.code}. EC2 Error Message: {error.message}"
        raise _refused(f"Error occurred while {error.operation}. {said}") from error
    except NetworkDenied as error:
        said = f"does not have permissions to call {error.action} on EC2"
        raise _refused(f"The provided execution role {said}") from error


def _refused(message: str) -> AwsError:
    return AwsError("InvalidParameterValueException", message)
