"""What no list asks for and holds all the same."""

from __future__ import annotations

from scripts.compliance import looks
from scripts.compliance.control import Control
from scripts.compliance.controls.proofs import CUSTOMER_KEY, KEY, LOGS, NETWORK, PLANS, RULES, TLS

CONTROLS = (
    Control(
        "",
        "Logs are encrypted and forgotten.",
        ("AWS::Logs::LogGroup",),
        "under a customer key; kept for `LogRetentionDays`",
        ("CKV_AWS_66", "CKV_AWS_158", LOGS),
        looks.has("KmsKeyId"),
    ),
    Control(
        "",
        "The ledger is encrypted under a customer key.",
        ("AWS::DynamoDB::Table",),
        CUSTOMER_KEY,
        ("CKV_AWS_119", KEY),
        looks.has("SSESpecification", "KMSMasterKeyId"),
    ),
    Control(
        "",
        "Captures and the volumes of instances are encrypted under a customer key.",
        "endpoint configurations of releases",
        f"{CUSTOMER_KEY}; instance types with disks of their own encrypt those in hardware",
        (
            f"{PLANS}::test_sagemaker_accepts_the_requests",
            f"{PLANS}::test_everything_captured_is_encrypted_and_lies_under_its_prefix",
            f"{PLANS}::test_a_type_with_disks_of_its_own_gets_no_volume_key",
        ),
    ),
    Control(
        "",
        "Topics and queues are reached by TLS only.",
        ("AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy"),
        "the policy refuses everything else",
        (TLS,),
        looks.refuses_plain_http,
    ),
    Control(
        "",
        "Containers talk to each other encrypted.",
        "training jobs of `examples/retraining`",
        "inter-container encryption; an endpoint's model is one container, which talks to nobody",
        (
            "tests/unit/sandbox_workflows/test_retraining_example.py::"
            "test_training_encrypts_what_passes_between_containers",
        ),
    ),
    Control(
        "",
        "A role may do what is used, and nothing else.",
        ("AWS::IAM::Role",),
        "one role for each function and workflow; schedules have two, one for bakes and one that "
        "their other purposes share; the sandbox refuses what is not allowed, and what nothing "
        "uses is found from what it recorded",
        (
            f"{RULES}/running.py::everything_that_runs_has_a_role_of_its_own",
            f"{RULES}/access.py::roles_have_only_what_is_written_here",
            "sandbox/access/proof.py::prove",
        ),
    ),
    Control(
        "",
        "Only Slipway changes what was inspected.",
        "`ArtifactBucketPolicy`",
        "the bucket refuses everybody else below `accepted/`, `quarantine/` and `staging/`; each "
        "day what lies there is compared with what was inspected",
        (
            f"{RULES}/objects.py::only_who_must_changes_what_was_inspected",
            "tests/workflows/test_refusals.py::test_nobody_but_slipway_changes_what_was_inspected",
        ),
    ),
    Control(
        "",
        "Roles can be bounded.",
        ("AWS::IAM::Role",),
        "`PermissionsBoundaryArn` bounds each of them",
        (f"{RULES}/running.py::every_role_takes_the_boundary",),
    ),
    Control(
        "",
        "Functions and models can run in a private network.",
        ("AWS::Lambda::Function",),
        "`PrivateSubnetIds`; [what that takes](private-network.md)",
        (
            "CKV_AWS_117",
            f"{NETWORK}::test_every_call_of_a_function_finds_an_endpoint_that_lets_it_through",
            f"{NETWORK}::test_no_endpoint_serves_other_accounts",
            "tests/workflows/test_private_network.py::test_models_are_released_into_the_network",
        ),
        looks.has("VpcConfig"),
    ),
)
