"""The controls that the page speaks of.

Names: AWS Foundational Security Best Practices of Security Hub, and CIS AWS Foundations Benchmark
5.0.0 where Security Hub says that the same is asked there.
"""

from __future__ import annotations

from scripts.compliance import looks
from scripts.compliance.control import Control

_RULES = "tests/unit/conventions/rules"
_TEMPLATE = "tests/unit/conventions/test_template.py"
_PLANS = "tests/unit/planning/test_plan_release.py"
_BUCKETS = f"{_TEMPLATE}::test_buckets_are_versioned_encrypted_closed_and_reached_by_tls_only"
_FORGOTTEN = f"{_TEMPLATE}::"
_FORGOTTEN += "test_what_nobody_needs_any_more_is_forgotten_and_what_endpoints_load_is_not"
_OUTLIVES = f"{_TEMPLATE}::test_what_endpoints_need_outlives_the_stack"
_RELEASED = "tests/e2e/releases/test_what_a_release_leaves.py::"
_RELEASED += "test_a_release_is_recorded_announced_watched_and_captured"
_KEY = f"{_RULES}/storage.py::what_is_stored_is_under_the_customer_key"
_TLS = f"{_RULES}/access.py::only_tls_reaches_buckets_topics_and_queues"
_NOBODY = f"{_RULES}/access.py::everybody_is_only_ever_refused"
_LOGS = f"{_RULES}/running.py::everything_that_runs_has_a_log_group_of_its_own"
_NETWORK = "tests/unit/conventions/test_network.py"
_BLOCKED = ("CKV_AWS_53", "CKV_AWS_54", "CKV_AWS_55", "CKV_AWS_56")
_BUCKET = ("AWS::S3::Bucket",)
_CUSTOMER_KEY = "under the customer key `Key`"

LISTED = (
    Control(
        "DynamoDB.2",
        "Tables can be restored to a moment.",
        ("AWS::DynamoDB::Table",),
        "point-in-time recovery",
        ("CKV_AWS_28", f"{_RULES}/storage.py::tables_are_hard_to_lose"),
        looks.has("PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"),
    ),
    Control(
        "DynamoDB.6",
        "Tables cannot be deleted by mistake.",
        ("AWS::DynamoDB::Table",),
        "deletion protection; retained when the stack goes",
        (f"{_RULES}/storage.py::tables_are_hard_to_lose", _OUTLIVES),
        looks.has("DeletionProtectionEnabled"),
    ),
    Control(
        "EC2.2",
        "The default security group of a network lets nothing through.",
        ("AWS::EC2::VPC",),
        "",
        (),
        looks.never,
        cis="5.5",
    ),
    Control(
        "EC2.6",
        "Networks log who calls whom.",
        ("AWS::EC2::VPC",),
        "a flow log of all traffic, kept in an encrypted log group (`network.yaml`)",
        ("tests/unit/sandbox_deploy/test_network.py::test_a_network_is_made_as_it_is_written",),
        looks.has_flow_log,
        cis="3.7",
    ),
    Control(
        "IAM.1",
        "No policy allows everything.",
        ("AWS::IAM::Role",),
        "every statement names its actions and, where there are any, its resources",
        (
            "CKV_AWS_62",
            "CKV_AWS_63",
            f"{_TEMPLATE}::test_every_statement_has_a_sid_and_names_its_resources",
        ),
    ),
    Control(
        "IAM.21",
        "No policy allows all actions of a service.",
        ("AWS::IAM::ManagedPolicy",),
        "no action is a wildcard",
        (f"{_TEMPLATE}::test_no_action_is_a_wildcard",),
    ),
    Control(
        "KMS.4",
        "Keys rotate.",
        ("AWS::KMS::Key",),
        "automatic rotation each year",
        ("CKV_AWS_7", f"{_RULES}/storage.py::keys_rotate"),
        looks.has("EnableKeyRotation"),
        cis="3.6",
    ),
    Control(
        "KMS.5",
        "Keys are not public.",
        ("AWS::KMS::Key",),
        "the key's policy lets in the account's own roles, and services for what is the account's",
        ("CKV_AWS_33", _NOBODY, f"{_RULES}/access.py::services_act_for_what_is_ours"),
        looks.names_no_public,
    ),
    Control(
        "Lambda.1",
        "Nobody else may call functions.",
        ("AWS::Lambda::Permission",),
        "each permission names a service and its rule; the only URL asks for a signature",
        ("CKV_AWS_364", "CKV_AWS_258", f"{_RULES}/access.py::whoever_calls_a_url_is_known"),
        looks.has("SourceArn"),
    ),
    Control(
        "Lambda.2",
        "Functions run on supported runtimes.",
        ("AWS::Lambda::Function",),
        "Python 3.13",
        ("CKV_AWS_363",),
        looks.says("python3.13", "Runtime"),
    ),
    Control(
        "S3.2, S3.3, S3.8",
        "Buckets are neither read nor written by the public.",
        _BUCKET,
        "all public access is blocked",
        (*_BLOCKED, _BUCKETS),
        looks.blocks_the_public,
        cis="2.1.4",
    ),
    Control(
        "S3.5",
        "Buckets are reached by TLS only.",
        ("AWS::S3::BucketPolicy",),
        "the policy refuses everything else",
        (_TLS,),
        looks.refuses_plain_http,
        cis="2.1.1",
    ),
    Control("S3.9", "Accesses to buckets are logged.", _BUCKET, "", ("CKV_AWS_18",), looks.never),
    Control(
        "S3.10, S3.13",
        "Buckets forget what nobody needs.",
        _BUCKET,
        "lifecycle rules for old versions, uploads that were given up, captures and quarantine",
        (f"{_RULES}/storage.py::buckets_forget", _FORGOTTEN),
        looks.has("LifecycleConfiguration", "Rules"),
    ),
    Control(
        "S3.11",
        "Buckets tell what happens to objects.",
        _BUCKET,
        "EventBridge is told of every object",
        (_RELEASED,),
        looks.has("NotificationConfiguration", "EventBridgeConfiguration"),
    ),
    Control(
        "S3.12",
        "Access lists of objects count for nothing.",
        _BUCKET,
        "the bucket's owner owns every object",
        (f"{_RULES}/storage.py::objects_belong_to_the_bucket",),
        looks.has("OwnershipControls"),
    ),
    Control(
        "S3.14",
        "Buckets keep old versions.",
        _BUCKET,
        "versioning",
        ("CKV_AWS_21", _BUCKETS),
        looks.says("Enabled", "VersioningConfiguration", "Status"),
    ),
    Control(
        "S3.17",
        "Buckets are encrypted under a KMS key.",
        _BUCKET,
        _CUSTOMER_KEY,
        ("CKV_AWS_19", _KEY),
        looks.under_a_key,
    ),
    Control(
        "SageMaker.4",
        "Endpoints begin with two instances or more.",
        "endpoints of releases",
        "`hosting.instance_count` and `scaling.min` are 2 unless endpoint.yaml says otherwise; a "
        "new version that is still tried, and one kept to go back to, may have one",
        (
            "tests/unit/spec/test_parse_spec.py::test_the_defaults_are_those_of_the_contract",
            f"{_PLANS}::test_a_first_release_makes_what_the_spec_says",
        ),
    ),
    Control(
        "SageMaker.5",
        "Models have no network of their own.",
        "models of releases",
        "network isolation, always",
        (f"{_PLANS}::test_models_get_no_network_and_name_their_release",),
    ),
    Control(
        "SNS.1",
        "Topics are encrypted.",
        ("AWS::SNS::Topic",),
        _CUSTOMER_KEY,
        ("CKV_AWS_26", _KEY),
        looks.has("KmsMasterKeyId"),
    ),
    Control(
        "SNS.4",
        "Topics are not public.",
        ("AWS::SNS::TopicPolicy",),
        "only CloudWatch may publish by the policy, for this account's alarms",
        (_NOBODY, f"{_RULES}/access.py::services_act_for_what_is_ours"),
        looks.names_no_public,
    ),
    Control(
        "SQS.1",
        "Queues are encrypted.",
        ("AWS::SQS::Queue",),
        _CUSTOMER_KEY,
        ("CKV_AWS_27", _KEY),
        looks.has("KmsMasterKeyId"),
    ),
    Control(
        "StepFunctions.1",
        "Workflows log what they do.",
        ("AWS::StepFunctions::StateMachine",),
        "every event, into a log group of the workflow's own",
        (
            _LOGS,
            "tests/unit/conventions/test_workflows.py::"
            "test_every_workflow_is_deployed_with_logs_and_traces",
        ),
        looks.says("ALL", "LoggingConfiguration", "Level"),
    ),
)

BEYOND = (
    Control(
        "",
        "Logs are encrypted and forgotten.",
        ("AWS::Logs::LogGroup",),
        "under a customer key; kept for `LogRetentionDays`",
        ("CKV_AWS_66", "CKV_AWS_158", _LOGS),
        looks.has("KmsKeyId"),
    ),
    Control(
        "",
        "The ledger is encrypted under a customer key.",
        ("AWS::DynamoDB::Table",),
        _CUSTOMER_KEY,
        ("CKV_AWS_119", _KEY),
        looks.has("SSESpecification", "KMSMasterKeyId"),
    ),
    Control(
        "",
        "Captures and the volumes of instances are encrypted under a customer key.",
        "endpoint configurations of releases",
        f"{_CUSTOMER_KEY}; instance types with disks of their own encrypt those in hardware",
        (
            f"{_PLANS}::test_sagemaker_accepts_the_requests",
            f"{_PLANS}::test_everything_captured_is_encrypted_and_lies_under_its_prefix",
            f"{_PLANS}::test_a_type_with_disks_of_its_own_gets_no_volume_key",
        ),
    ),
    Control(
        "",
        "Topics and queues are reached by TLS only.",
        ("AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy"),
        "the policy refuses everything else",
        (_TLS,),
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
        "one role for each function and workflow; the sandbox refuses what is not allowed, and "
        "what nothing uses is found from what it recorded",
        (
            f"{_RULES}/running.py::everything_that_runs_has_a_role_of_its_own",
            f"{_RULES}/access.py::roles_have_only_what_is_written_here",
            "sandbox/access/proof.py::prove",
        ),
    ),
    Control(
        "",
        "Roles can be bounded.",
        ("AWS::IAM::Role",),
        "`PermissionsBoundaryArn` bounds each of them",
        (f"{_RULES}/running.py::every_role_takes_the_boundary",),
    ),
    Control(
        "",
        "Functions and models can run in a private network.",
        ("AWS::Lambda::Function",),
        "`PrivateSubnetIds`; [what that takes](private-network.md)",
        (
            "CKV_AWS_117",
            f"{_NETWORK}::test_every_call_of_a_function_finds_an_endpoint_that_lets_it_through",
            f"{_NETWORK}::test_no_endpoint_serves_other_accounts",
            "tests/workflows/test_private_network.py::test_models_are_released_into_the_network",
        ),
        looks.has("VpcConfig"),
    ),
)
