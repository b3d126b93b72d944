"""What keeps data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.unit.conventions.rules.reading import of_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.unit.conventions.rules.reading import Template


def what_is_stored_is_under_the_customer_key(template: Template) -> Iterator[str]:
    keys = [name for name, _ in of_kind(template, "AWS::KMS::Key")]
    ours = [{"Ref": key} for key in keys] + [{"Fn::GetAtt": [key, "Arn"]} for key in keys]
    for name, bucket in of_kind(template, "AWS::S3::Bucket"):
        rules = bucket["BucketEncryption"]["ServerSideEncryptionConfiguration"]
        by_default = [rule["ServerSideEncryptionByDefault"] for rule in rules]
        if [each.get("KMSMasterKeyID") in ours for each in by_default] != [True]:
            yield f"{name} is not under the key"
    for name, table in of_kind(template, "AWS::DynamoDB::Table"):
        if table.get("SSESpecification", {}).get("KMSMasterKeyId") not in ours:
            yield f"{name} is not under the key"
    for name, each in of_kind(template, "AWS::SNS::Topic", "AWS::SQS::Queue"):
        if each.get("KmsMasterKeyId") not in ours:
            yield f"{name} is not under the key"
    for name, group in of_kind(template, "AWS::Logs::LogGroup"):
        if group.get("KmsKeyId") not in ours:
            yield f"{name} is not under the key"


_FORGOTTEN = (
    "NoncurrentVersionExpiration",
    "AbortIncompleteMultipartUpload",
    "ExpiredObjectDeleteMarker",
)


def objects_belong_to_the_bucket(template: Template) -> Iterator[str]:
    for name, bucket in of_kind(template, "AWS::S3::Bucket"):
        owned = {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}
        if bucket.get("OwnershipControls") != owned:
            yield f"{name} has access lists"


def buckets_forget(template: Template) -> Iterator[str]:
    """Old versions, uploads given up and marks of what is gone cost money and tell nobody."""
    for name, bucket in of_kind(template, "AWS::S3::Bucket"):
        rules = bucket.get("LifecycleConfiguration", {}).get("Rules", [])
        for wanted in _FORGOTTEN:
            if not any(wanted in rule and "Prefix" not in rule for rule in rules):
                yield f"{name} has no {wanted} for all that lies in it"


def keys_rotate(template: Template) -> Iterator[str]:
    for name, key in of_kind(template, "AWS::KMS::Key"):
        if key.get("EnableKeyRotation") is not True:
            yield f"{name} does not rotate"


def tables_are_hard_to_lose(template: Template) -> Iterator[str]:
    for name, table in of_kind(template, "AWS::DynamoDB::Table"):
        if table.get("DeletionProtectionEnabled") is not True:
            yield f"{name} can be deleted"
        if table.get("PointInTimeRecoverySpecification") != {"PointInTimeRecoveryEnabled": True}:
            yield f"{name} cannot be restored"
