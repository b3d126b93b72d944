"""Rights, keys, topics and queues."""

from __future__ import annotations

from scripts.compliance import looks
from scripts.compliance.control import Control
from scripts.compliance.controls.proofs import CUSTOMER_KEY, KEY, NOBODY, PROMISED, RULES

CONTROLS = (
    Control(
        "IAM.1",
        "No policy allows everything.",
        ("AWS::IAM::Role",),
        "every statement names its actions and, where there are any, its resources",
        (
            "CKV_AWS_62",
            "CKV_AWS_63",
            f"{PROMISED}::statements_name_their_resources",
        ),
    ),
    Control(
        "IAM.21",
        "No policy allows all actions of a service.",
        ("AWS::IAM::ManagedPolicy",),
        "no action is a wildcard",
        (f"{PROMISED}::no_action_is_a_wildcard",),
    ),
    Control(
        "KMS.4",
        "Keys rotate.",
        ("AWS::KMS::Key",),
        "automatic rotation each year",
        ("CKV_AWS_7", f"{RULES}/storage.py::keys_rotate"),
        looks.has("EnableKeyRotation"),
        cis="3.6",
    ),
    Control(
        "KMS.5",
        "Keys are not public.",
        ("AWS::KMS::Key",),
        "the key's policy lets in the account's own roles, and services for what is the account's",
        ("CKV_AWS_33", NOBODY, f"{RULES}/access.py::services_act_for_what_is_ours"),
        looks.names_no_public,
    ),
    Control(
        "SNS.1",
        "Topics are encrypted.",
        ("AWS::SNS::Topic",),
        CUSTOMER_KEY,
        ("CKV_AWS_26", KEY),
        looks.has("KmsMasterKeyId"),
    ),
    Control(
        "SNS.4",
        "Topics are not public.",
        ("AWS::SNS::TopicPolicy",),
        "only CloudWatch may publish by the policy, for this account's alarms",
        (NOBODY, f"{RULES}/access.py::services_act_for_what_is_ours"),
        looks.names_no_public,
    ),
    Control(
        "SQS.1",
        "Queues are encrypted.",
        ("AWS::SQS::Queue",),
        CUSTOMER_KEY,
        ("CKV_AWS_27", KEY),
        looks.has("KmsMasterKeyId"),
    ),
)
