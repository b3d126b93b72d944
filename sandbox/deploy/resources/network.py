"""EC2: the network that functions and models may run in."""

from __future__ import annotations

from typing import Any

from sandbox.deploy.resources.base import ApiResource, truth
from sandbox.errors import Unsupported


class Vpc(ApiResource):
    """A network."""

    TYPE = "AWS::EC2::VPC"
    PROPERTIES = frozenset({"CidrBlock", "EnableDnsHostnames", "EnableDnsSupport", "Tags"})

    def create(self, properties: dict[str, Any]) -> None:
        """Create the network, then say whether it has names."""
        ec2 = self.api("ec2")
        self.ref = ec2.create_vpc(CidrBlock=properties["CidrBlock"])["Vpc"]["VpcId"]
        self.attributes = {"VpcId": self.ref, "CidrBlock": properties["CidrBlock"]}
        for name in ("EnableDnsSupport", "EnableDnsHostnames"):
            if name in properties:
                wanted = {"Value": truth(properties[name])}
                ec2.modify_vpc_attribute(VpcId=self.ref, **{name: wanted})


class Subnet(ApiResource):
    """A part of a network."""

    TYPE = "AWS::EC2::Subnet"
    PROPERTIES = frozenset(
        {"AvailabilityZone", "CidrBlock", "MapPublicIpOnLaunch", "Tags", "VpcId"}
    )

    def create(self, properties: dict[str, Any]) -> None:
        """Create the subnet."""
        if truth(properties.get("MapPublicIpOnLaunch", False)):
            raise Unsupported("The sandbox has no public subnets.")
        names = ("AvailabilityZone", "CidrBlock", "VpcId")
        given = {name: properties[name] for name in names if name in properties}
        self.ref = self.api("ec2").create_subnet(**given)["Subnet"]["SubnetId"]
        self.attributes = {"SubnetId": self.ref}


class RouteTable(ApiResource):
    """Where packets of a subnet go."""

    TYPE = "AWS::EC2::RouteTable"
    PROPERTIES = frozenset({"Tags", "VpcId"})

    def create(self, properties: dict[str, Any]) -> None:
        """Create the table."""
        made = self.api("ec2").create_route_table(VpcId=properties["VpcId"])
        self.ref = made["RouteTable"]["RouteTableId"]
        self.attributes = {"RouteTableId": self.ref}


class RouteTableAssociation(ApiResource):
    """Which table a subnet uses."""

    TYPE = "AWS::EC2::SubnetRouteTableAssociation"
    PROPERTIES = frozenset({"RouteTableId", "SubnetId"})

    def create(self, properties: dict[str, Any]) -> None:
        """Associate them."""
        self.ref = self.api("ec2").associate_route_table(**properties)["AssociationId"]
        self.attributes = {"Id": self.ref}


class FlowLog(ApiResource):
    """A record of who called whom."""

    TYPE = "AWS::EC2::FlowLog"
    PROPERTIES = frozenset(
        {
            "DeliverLogsPermissionArn",
            "LogDestinationType",
            "LogGroupName",
            "ResourceId",
            "ResourceType",
            "Tags",
            "TrafficType",
        }
    )

    def create(self, properties: dict[str, Any]) -> None:
        """Begin the record."""
        given = {k: v for k, v in properties.items() if k not in ("ResourceId", "Tags")}
        made = self.api("ec2").create_flow_logs(ResourceIds=[properties["ResourceId"]], **given)
        if made["Unsuccessful"]:
            raise ValueError(f"The flow log {self.name} is refused: {made['Unsuccessful']}")
        (self.ref,) = made["FlowLogIds"]
        self.attributes = {"Id": self.ref}
