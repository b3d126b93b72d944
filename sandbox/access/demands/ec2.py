"""EC2: the network interfaces that services make in a caller's name.

Source: Lambda developer guide, "Giving Lambda functions access to resources in an Amazon VPC";
SageMaker developer guide, "Give SageMaker AI hosted endpoints access to resources in your Amazon
VPC". Slipway itself calls nothing of EC2.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.access.demands.making import Makers, Params, everything, same_named
from sandbox.access.policies import Demand

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.access.facts import Facts


def _make_interface(facts: Facts, params: Params) -> Iterator[Demand]:
    """Yield three kinds of resources: the interface, where it lies, and what guards it."""
    names = [_interface(facts, params)]
    names += [facts.arn("ec2", f"subnet/{each}") for each in params["SubnetIds"]]
    names += [facts.arn("ec2", f"security-group/{each}") for each in params["Groups"]]
    yield from (Demand("ec2:CreateNetworkInterface", name, {}) for name in names)


def _interface(facts: Facts, _params: Params) -> str:
    return facts.arn("ec2", "network-interface/eni-0123456789abcdef0")


MAKERS: Makers = {
    ("ec2", "CreateNetworkInterface"): _make_interface,
    **same_named(
        "ec2",
        _interface,
        "AssignPrivateIpAddresses",
        "CreateNetworkInterfacePermission",
        "DeleteNetworkInterface",
        "DeleteNetworkInterfacePermission",
        "UnassignPrivateIpAddresses",
    ),
    **same_named(
        "ec2",
        everything,
        "DescribeDhcpOptions",
        "DescribeNetworkInterfaces",
        "DescribeSecurityGroups",
        "DescribeSubnets",
        "DescribeVpcs",
    ),
}
