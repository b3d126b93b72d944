"""IAM and KMS."""

from __future__ import annotations

import json
from typing import Any

from sandbox.deploy.resources.base import ApiResource, tags_of

# CloudFormation cuts generated names to what the service takes.
_ROLE_NAME_LENGTH = 64


class Role(ApiResource):
    """An IAM role with its inline and managed policies."""

    TYPE = "AWS::IAM::Role"
    NAME = "RoleName"
    PROPERTIES = frozenset(
        {
            "RoleName",
            "AssumeRolePolicyDocument",
            "Description",
            "ManagedPolicyArns",
            "PermissionsBoundary",
            "Policies",
            "Tags",
        }
    )

    def create(self, properties: dict[str, Any]) -> None:
        """Create the role, then give it its policies."""
        self.ref = self.name[:_ROLE_NAME_LENGTH]
        optional = {
            k: properties[k] for k in ("Description", "PermissionsBoundary") if k in properties
        }
        iam = self.api("iam")
        role = iam.create_role(
            RoleName=self.ref,
            AssumeRolePolicyDocument=json.dumps(properties["AssumeRolePolicyDocument"]),
            Tags=tags_of(properties),
            **optional,
        )["Role"]
        self.attributes = {"Arn": role["Arn"], "RoleId": role["RoleId"]}
        for policy in properties.get("Policies", []):
            _put(iam, self.ref, policy["PolicyName"], policy["PolicyDocument"])
        for arn in properties.get("ManagedPolicyArns", []):
            iam.attach_role_policy(RoleName=self.ref, PolicyArn=arn)


class Policy(ApiResource):
    """An inline policy that is a resource of its own."""

    TYPE = "AWS::IAM::Policy"
    NAME = "PolicyName"
    PROPERTIES = frozenset({"PolicyName", "PolicyDocument", "Roles"})

    def create(self, properties: dict[str, Any]) -> None:
        """Put the policy into each of its roles."""
        for role in properties["Roles"]:
            _put(self.api("iam"), role, self.name, properties["PolicyDocument"])


class ManagedPolicy(ApiResource):
    """A customer-managed policy."""

    TYPE = "AWS::IAM::ManagedPolicy"
    NAME = "ManagedPolicyName"
    PROPERTIES = frozenset({"ManagedPolicyName", "Description", "PolicyDocument", "Roles"})

    def create(self, properties: dict[str, Any]) -> None:
        """Create the policy and attach it."""
        iam = self.api("iam")
        self.ref = iam.create_policy(
            PolicyName=self.name,
            Description=properties.get("Description", ""),
            PolicyDocument=json.dumps(properties["PolicyDocument"]),
        )["Policy"]["Arn"]
        self.attributes = {"PolicyArn": self.ref}
        for role in properties.get("Roles", []):
            iam.attach_role_policy(RoleName=role, PolicyArn=self.ref)


class Key(ApiResource):
    """A KMS key."""

    TYPE = "AWS::KMS::Key"
    PROPERTIES = frozenset({"Description", "EnableKeyRotation", "KeyPolicy", "Tags"})

    def create(self, properties: dict[str, Any]) -> None:
        """Create the key and let it rotate."""
        kms = self.api("kms")
        tags = [{"TagKey": t["Key"], "TagValue": t["Value"]} for t in tags_of(properties)]
        key = kms.create_key(
            Description=properties.get("Description", ""),
            Policy=json.dumps(properties["KeyPolicy"]),
            Tags=tags,
        )["KeyMetadata"]
        self.ref = key["KeyId"]
        self.attributes = {"Arn": key["Arn"], "KeyId": key["KeyId"]}
        if properties.get("EnableKeyRotation"):
            kms.enable_key_rotation(KeyId=self.ref)


class Alias(ApiResource):
    """A name for a KMS key."""

    TYPE = "AWS::KMS::Alias"
    NAME = "AliasName"
    PROPERTIES = frozenset({"AliasName", "TargetKeyId"})

    def create(self, properties: dict[str, Any]) -> None:
        """Create the alias."""
        self.api("kms").create_alias(AliasName=self.name, TargetKeyId=properties["TargetKeyId"])


def _put(iam: Any, role: str, name: str, document: dict[str, Any]) -> None:
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))
