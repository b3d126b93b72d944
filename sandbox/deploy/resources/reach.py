"""EC2: who may call whom in a network, and its ways to AWS's services."""

from __future__ import annotations

import json
from typing import Any

from sandbox.deploy.resources.base import ApiResource, truth
from sandbox.errors import Unsupported


class SecurityGroup(ApiResource):
    """Who may call whom."""

    TYPE = "AWS::EC2::SecurityGroup"
    NAME = "GroupName"
    PROPERTIES = frozenset(
        {
            "GroupDescription",
            "GroupName",
            "SecurityGroupEgress",
            "SecurityGroupIngress",
            "Tags",
            "VpcId",
        }
    )

    def create(self, properties: dict[str, Any]) -> None:
        """Create the group; rules of its own replace the one that lets everything out."""
        ec2 = self.api("ec2")
        self.ref = ec2.create_security_group(
            GroupName=self.name,
            Description=properties["GroupDescription"],
            VpcId=properties["VpcId"],
        )["GroupId"]
        self.attributes = {"GroupId": self.ref, "VpcId": properties["VpcId"]}
        if inward := [_rule(each) for each in properties.get("SecurityGroupIngress", [])]:
            ec2.authorize_security_group_ingress(GroupId=self.ref, IpPermissions=inward)
        if outward := [_rule(each) for each in properties.get("SecurityGroupEgress", [])]:
            everywhere = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
            ec2.revoke_security_group_egress(GroupId=self.ref, IpPermissions=[everywhere])
            ec2.authorize_security_group_egress(GroupId=self.ref, IpPermissions=outward)


class Endpoint(ApiResource):
    """A way from a network to a service of AWS."""

    TYPE = "AWS::EC2::VPCEndpoint"
    PROPERTIES = frozenset(
        {
            "PolicyDocument",
            "PrivateDnsEnabled",
            "RouteTableIds",
            "SecurityGroupIds",
            "ServiceName",
            "SubnetIds",
            "Tags",
            "VpcEndpointType",
            "VpcId",
        }
    )

    def create(self, properties: dict[str, Any]) -> None:
        """Create the endpoint."""
        given = {k: v for k, v in properties.items() if k not in ("PolicyDocument", "Tags")}
        if "PolicyDocument" in properties:
            given["PolicyDocument"] = json.dumps(properties["PolicyDocument"])
        if "PrivateDnsEnabled" in given:
            given["PrivateDnsEnabled"] = truth(given["PrivateDnsEnabled"])
        made = self.api("ec2").create_vpc_endpoint(**given)["VpcEndpoint"]
        self.ref = made["VpcEndpointId"]
        self.attributes = {"Id": self.ref}


def _rule(rule: dict[str, Any]) -> dict[str, Any]:
    """Return a rule of a security group as the API takes it."""
    described = {"Description": rule["Description"]} if "Description" in rule else {}
    given: dict[str, Any] = {"IpProtocol": str(rule["IpProtocol"])}
    given |= {name: int(rule[name]) for name in ("FromPort", "ToPort") if name in rule}
    if "CidrIp" in rule:
        given["IpRanges"] = [{"CidrIp": rule["CidrIp"], **described}]
    if "SourceSecurityGroupId" in rule:
        given["UserIdGroupPairs"] = [{"GroupId": rule["SourceSecurityGroupId"], **described}]
    known = {"IpProtocol", "FromPort", "ToPort", "CidrIp", "SourceSecurityGroupId", "Description"}
    if unknown := sorted(set(rule) - known):
        raise Unsupported(f"The sandbox does not honour a rule's {', '.join(unknown)}.")
    return given
