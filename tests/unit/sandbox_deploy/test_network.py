"""network.yaml in the sandbox's CloudFormation."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.account import ROOT, Account
from sandbox.deploy import deploy
from sandbox.deploy.resources.network import Subnet
from sandbox.deploy.resources.reach import SecurityGroup
from sandbox.errors import Unsupported
from sandbox.kernel import Kernel

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def account() -> Iterator[Account]:
    account = Account(Kernel())
    yield account
    account.close()


def test_a_network_is_made_as_it_is_written(account: Account) -> None:
    """One deployment, looked at from all sides."""
    outputs = deploy(account, template=ROOT / "network.yaml", stack="network")
    ec2 = account.client("ec2")
    subnets = ec2.describe_subnets(SubnetIds=outputs["PrivateSubnetIds"].split(","))["Subnets"]
    (vpc,) = {each["VpcId"] for each in subnets}
    assert len({each["AvailabilityZone"] for each in subnets}) == 2
    assert not any(each["MapPublicIpOnLaunch"] for each in subnets)
    _check_groups(ec2, outputs["SecurityGroupIds"])
    _check_endpoints(ec2, vpc)
    (log,) = ec2.describe_flow_logs()["FlowLogs"]
    assert (log["ResourceId"], log["TrafficType"]) == (vpc, "ALL")
    found = account.client("logs").describe_log_groups(logGroupNamePrefix=log["LogGroupName"])
    (group,) = found["logGroups"]
    assert ":key/" in group["kmsKeyId"]


def _check_groups(ec2: Any, work: str) -> None:
    (group,) = ec2.describe_security_groups(GroupIds=[work])["SecurityGroups"]
    assert group["IpPermissions"] == []
    (out,) = group["IpPermissionsEgress"]
    assert (out["IpProtocol"], out["FromPort"], out["ToPort"]) == ("tcp", 443, 443)
    filters = [{"Name": "vpc-id", "Values": [group["VpcId"]]}]
    others = ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
    (endpoints,) = [each for each in others if "Endpoint" in each["GroupName"]]
    (rule,) = endpoints["IpPermissions"]
    assert [pair["GroupId"] for pair in rule["UserIdGroupPairs"]] == [work]


def _check_endpoints(ec2: Any, vpc: str) -> None:
    found = ec2.describe_vpc_endpoints()["VpcEndpoints"]
    assert {each["VpcId"] for each in found} == {vpc}
    assert len(found) == 17
    for each in found:
        statements = json.loads(each["PolicyDocument"])["Statement"]
        allowed = statements[0]["Condition"]["StringEquals"]["aws:PrincipalAccount"]
        assert allowed == "123456789012"


def test_what_the_sandbox_cannot_follow_is_refused() -> None:
    with pytest.raises(Unsupported, match="no public subnets"):
        Subnet("s", {"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/24", "MapPublicIpOnLaunch": "true"})


def test_a_rule_that_is_not_known_is_refused(account: Account) -> None:
    SecurityGroup.account = account
    vpc = account.client("ec2").create_vpc(CidrBlock="10.0.0.0/24")["Vpc"]["VpcId"]
    rule = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv6": "::/0"}
    with pytest.raises(Unsupported, match="CidrIpv6"):
        SecurityGroup("g", {"GroupDescription": "d", "VpcId": vpc, "SecurityGroupIngress": [rule]})
