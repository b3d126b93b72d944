"""What is stored: buckets and tables."""

from __future__ import annotations

from scripts.compliance import looks
from scripts.compliance.control import Control
from scripts.compliance.controls.proofs import (
    BLOCKED,
    BUCKET,
    BUCKETS,
    CUSTOMER_KEY,
    FORGOTTEN,
    KEY,
    OUTLIVES,
    RELEASED,
    RULES,
    TLS,
)

CONTROLS = (
    Control(
        "DynamoDB.2",
        "Tables can be restored to a moment.",
        ("AWS::DynamoDB::Table",),
        "point-in-time recovery",
        ("CKV_AWS_28", f"{RULES}/storage.py::tables_are_hard_to_lose"),
        looks.has("PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"),
    ),
    Control(
        "DynamoDB.6",
        "Tables cannot be deleted by mistake.",
        ("AWS::DynamoDB::Table",),
        "deletion protection; retained when the stack goes",
        (f"{RULES}/storage.py::tables_are_hard_to_lose", OUTLIVES),
        looks.has("DeletionProtectionEnabled"),
    ),
    Control(
        "S3.2, S3.3, S3.8",
        "Buckets are neither read nor written by the public.",
        BUCKET,
        "all public access is blocked",
        (*BLOCKED, BUCKETS),
        looks.blocks_the_public,
        cis="2.1.4",
    ),
    Control(
        "S3.5",
        "Buckets are reached by TLS only.",
        ("AWS::S3::BucketPolicy",),
        "the policy refuses everything else",
        (TLS,),
        looks.refuses_plain_http,
        cis="2.1.1",
    ),
    Control("S3.9", "Accesses to buckets are logged.", BUCKET, "", ("CKV_AWS_18",), looks.never),
    Control(
        "S3.10, S3.13",
        "Buckets forget what nobody needs.",
        BUCKET,
        "lifecycle rules for old versions, uploads that were given up, captures and quarantine",
        (f"{RULES}/storage.py::buckets_forget", FORGOTTEN),
        looks.has("LifecycleConfiguration", "Rules"),
    ),
    Control(
        "S3.11",
        "Buckets tell what happens to objects.",
        BUCKET,
        "EventBridge is told of every object",
        (RELEASED,),
        looks.has("NotificationConfiguration", "EventBridgeConfiguration"),
    ),
    Control(
        "S3.12",
        "Access lists of objects count for nothing.",
        BUCKET,
        "the bucket's owner owns every object",
        (f"{RULES}/storage.py::objects_belong_to_the_bucket",),
        looks.has("OwnershipControls"),
    ),
    Control(
        "S3.14",
        "Buckets keep old versions.",
        BUCKET,
        "versioning",
        ("CKV_AWS_21", BUCKETS),
        looks.says("Enabled", "VersioningConfiguration", "Status"),
    ),
    Control(
        "S3.17",
        "Buckets are encrypted under a KMS key.",
        BUCKET,
        CUSTOMER_KEY,
        ("CKV_AWS_19", KEY),
        looks.under_a_key,
    ),
)
