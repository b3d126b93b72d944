"""What runs: functions, workflows, models, networks."""

from __future__ import annotations

from scripts.compliance import looks
from scripts.compliance.control import Control
from scripts.compliance.controls.proofs import LOGS, PLANS, PROMISED, RULES

CONTROLS = (
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
        "Lambda.1",
        "Nobody else may call functions.",
        ("AWS::Lambda::Permission",),
        "each permission names a service and its rule; the only URL asks for a signature",
        ("CKV_AWS_364", "CKV_AWS_258", f"{RULES}/access.py::whoever_calls_a_url_is_known"),
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
        "SageMaker.4",
        "Endpoints begin with two instances or more.",
        "endpoints of releases",
        "`hosting.instance_count` and `scaling.min` are 2 unless endpoint.yaml says otherwise; a "
        "new version that is still tried, and one kept to go back to, may have one",
        (
            "tests/unit/spec/test_parse_spec.py::test_the_defaults_are_those_of_the_contract",
            f"{PLANS}::test_a_first_release_makes_what_the_spec_says",
        ),
    ),
    Control(
        "SageMaker.5",
        "Models have no network of their own.",
        "models of releases",
        "network isolation, always",
        (f"{PLANS}::test_models_get_no_network_and_name_their_release",),
    ),
    Control(
        "StepFunctions.1",
        "Workflows log what they do.",
        ("AWS::StepFunctions::StateMachine",),
        "every event, into a log group of the workflow's own",
        (
            LOGS,
            f"{PROMISED}::workflows_tell_what_they_do",
        ),
        looks.says("ALL", "LoggingConfiguration", "Level"),
    ),
)
