"""Functions in a network: it must be there, and the function's role must let Lambda in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from sandbox_functions.conftest import Create

    from sandbox.account import Account

RIGHTS = [
    "CreateNetworkInterface",
    "DescribeNetworkInterfaces",
    "DescribeSubnets",
    "DeleteNetworkInterface",
    "AssignPrivateIpAddresses",
    "UnassignPrivateIpAddresses",
]
HANDLER = "def handler(e, c): return 1"


@pytest.fixture
def network(account: Account) -> dict[str, list[str]]:
    """Make a subnet and a group."""
    ec2 = account.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/24")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/26")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="g", Description="d", VpcId=vpc)["GroupId"]
    return {"SubnetIds": [subnet], "SecurityGroupIds": [group]}


def let(account: Account, actions: list[str]) -> None:
    named = [f"ec2:{action}" for action in actions]
    statement = {"Effect": "Allow", "Action": named, "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    account.client("iam").put_role_policy(RoleName="r", PolicyName="n", PolicyDocument=document)


def refusal(create: Create, network: dict[str, Any]) -> str:
    with pytest.raises(ClientError) as caught:
        create(HANDLER, VpcConfig=network)
    error = caught.value.response["Error"]
    assert error["Code"] == "InvalidParameterValueException"
    return str(error["Message"])


def test_a_function_runs_in_a_network_that_its_role_may_use(
    account: Account, create: Create, network: dict[str, Any]
) -> None:
    let(account, RIGHTS)
    create(HANDLER, VpcConfig=network)
    shown = account.client("lambda").get_function_configuration(FunctionName="f")["VpcConfig"]
    assert (shown["SubnetIds"], shown["SecurityGroupIds"]) == tuple(network.values())
    answer = account.client("lambda").invoke(FunctionName="f")
    assert answer["Payload"].read() == b"1"


@pytest.mark.parametrize("missing", RIGHTS)
def test_a_role_that_lacks_a_right_is_refused(
    account: Account, create: Create, network: dict[str, Any], missing: str
) -> None:
    let(account, [action for action in RIGHTS if action != missing])
    assert f"not have permissions to call {missing} on EC2" in refusal(create, network)


def test_a_network_that_is_not_there_is_refused(
    account: Account, create: Create, network: dict[str, Any]
) -> None:
    let(account, RIGHTS)
    nowhere = refusal(create, network | {"SubnetIds": ["subnet-0123456789abcdef0"]})
    assert "while DescribeSubnets. EC2 Error Code: InvalidSubnetID.NotFound" in nowhere
    unguarded = refusal(create, network | {"SecurityGroupIds": ["sg-0123456789abcdef0"]})
    assert "while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound" in unguarded
    assert "coexist" in refusal(create, network | {"SecurityGroupIds": []})
