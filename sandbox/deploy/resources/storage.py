"""S3 and DynamoDB."""

from __future__ import annotations

import json
from typing import Any

from sandbox.deploy.resources.base import ApiResource, tags_of
from sandbox.errors import Unsupported


class Bucket(ApiResource):
    """A bucket, each part of its configuration by its own call."""

    TYPE = "AWS::S3::Bucket"
    NAME = "BucketName"
    PROPERTIES = frozenset(
        {
            "BucketName",
            "BucketEncryption",
            "LifecycleConfiguration",
            "NotificationConfiguration",
            "OwnershipControls",
            "PublicAccessBlockConfiguration",
            "Tags",
            "VersioningConfiguration",
        }
    )

    def create(self, properties: dict[str, Any]) -> None:
        """Create the bucket, then configure it."""
        self.ref = self.name.lower()
        self.attributes = {"Arn": f"arn:aws:s3:::{self.ref}"}
        s3 = self.api("s3")
        s3.create_bucket(Bucket=self.ref)
        for name, configure in self._parts().items():
            if name in properties:
                configure(s3, properties[name])

    def _parts(self) -> dict[str, Any]:
        return {
            "BucketEncryption": self._encrypt,
            "LifecycleConfiguration": self._expire,
            "NotificationConfiguration": self._notify,
            "OwnershipControls": self._own,
            "PublicAccessBlockConfiguration": self._block,
            "VersioningConfiguration": self._version,
        }

    def _encrypt(self, s3: Any, value: dict[str, Any]) -> None:
        rules = [
            {
                **{k: v for k, v in rule.items() if k != "ServerSideEncryptionByDefault"},
                "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
            }
            for rule in value["ServerSideEncryptionConfiguration"]
        ]
        s3.put_bucket_encryption(
            Bucket=self.ref, ServerSideEncryptionConfiguration={"Rules": rules}
        )

    def _expire(self, s3: Any, value: dict[str, Any]) -> None:
        s3.put_bucket_lifecycle_configuration(
            Bucket=self.ref,
            LifecycleConfiguration={"Rules": [_lifecycle_rule(rule) for rule in value["Rules"]]},
        )

    def _notify(self, s3: Any, value: dict[str, Any]) -> None:
        if value != {"EventBridgeConfiguration": {"EventBridgeEnabled": True}}:
            raise Unsupported(f"The sandbox's buckets notify EventBridge only, not {value}.")
        s3.put_bucket_notification_configuration(
            Bucket=self.ref, NotificationConfiguration={"EventBridgeConfiguration": {}}
        )

    def _own(self, s3: Any, value: dict[str, Any]) -> None:
        s3.put_bucket_ownership_controls(Bucket=self.ref, OwnershipControls=value)

    def _block(self, s3: Any, value: dict[str, Any]) -> None:
        s3.put_public_access_block(Bucket=self.ref, PublicAccessBlockConfiguration=value)

    def _version(self, s3: Any, value: dict[str, Any]) -> None:
        s3.put_bucket_versioning(Bucket=self.ref, VersioningConfiguration=value)


def _lifecycle_rule(rule: dict[str, Any]) -> dict[str, Any]:
    known = {
        "Id",
        "Status",
        "Prefix",
        "ExpirationInDays",
        "NoncurrentVersionExpiration",
        "AbortIncompleteMultipartUpload",
        "ExpiredObjectDeleteMarker",
    }
    if unknown := sorted(set(rule) - known):
        raise Unsupported(f"The sandbox does not honour a lifecycle rule's {', '.join(unknown)}.")
    result = {
        "ID": rule["Id"],
        "Status": rule["Status"],
        "Filter": {"Prefix": rule.get("Prefix", "")},
    }
    if "ExpirationInDays" in rule:
        result["Expiration"] = {"Days": int(rule["ExpirationInDays"])}
    if "ExpiredObjectDeleteMarker" in rule:
        if "ExpirationInDays" in rule:
            raise Unsupported("S3 takes ExpiredObjectDeleteMarker or ExpirationInDays, not both.")
        result["Expiration"] = {"ExpiredObjectDeleteMarker": rule["ExpiredObjectDeleteMarker"]}
    for name in ("NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"):
        if name in rule:
            result[name] = {key: int(value) for key, value in rule[name].items()}
    return result


class BucketPolicy(ApiResource):
    """A bucket's policy."""

    TYPE = "AWS::S3::BucketPolicy"
    PROPERTIES = frozenset({"Bucket", "PolicyDocument"})

    def create(self, properties: dict[str, Any]) -> None:
        """Put the policy."""
        self.ref = properties["Bucket"]
        policy = json.dumps(properties["PolicyDocument"])
        self.api("s3").put_bucket_policy(Bucket=properties["Bucket"], Policy=policy)


class Table(ApiResource):
    """A DynamoDB table."""

    TYPE = "AWS::DynamoDB::Table"
    NAME = "TableName"
    PROPERTIES = frozenset(
        {
            "TableName",
            "AttributeDefinitions",
            "BillingMode",
            "DeletionProtectionEnabled",
            "GlobalSecondaryIndexes",
            "KeySchema",
            "PointInTimeRecoverySpecification",
            "SSESpecification",
            "Tags",
            "TimeToLiveSpecification",
        }
    )

    def create(self, properties: dict[str, Any]) -> None:
        """Create the table, then what its creation does not take."""
        later = ("PointInTimeRecoverySpecification", "TimeToLiveSpecification", "SSESpecification")
        at_once = {k: v for k, v in properties.items() if k not in later and k != "Tags"}
        if encryption := dict(properties.get("SSESpecification", {})):
            encryption["Enabled"] = encryption.pop("SSEEnabled")
            at_once["SSESpecification"] = encryption
        dynamodb = self.api("dynamodb")
        at_once["TableName"] = self.name
        table = dynamodb.create_table(**at_once, Tags=tags_of(properties))["TableDescription"]
        self.attributes = {"Arn": table["TableArn"]}
        if recovery := properties.get("PointInTimeRecoverySpecification"):
            dynamodb.update_continuous_backups(
                TableName=self.name, PointInTimeRecoverySpecification=recovery
            )
        if expiry := properties.get("TimeToLiveSpecification"):
            dynamodb.update_time_to_live(TableName=self.name, TimeToLiveSpecification=expiry)
