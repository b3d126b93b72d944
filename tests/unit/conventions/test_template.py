from __future__ import annotations

import ast
from functools import cache
from typing import Any

import pytest

from slipway.domain.naming import ALARM_PREFIX
from tests.unit.conventions.project import (
    FUNCTIONS,
    ROOT,
    modules,
    resources,
    statements,
    template,
)
from tests.unit.conventions.rules.reading import as_list

FUNCTION_RESOURCES = resources("AWS::Serverless::Function")


def folder(properties: dict[str, Any]) -> str:
    return str(properties["CodeUri"]).removeprefix("functions/").strip("/")


def test_the_outputs_are_what_users_rely_on() -> None:
    assert set(template()["Outputs"]) == {
        "ArtifactBucketName",
        "MonitoringBucketName",
        "LedgerTableName",
        "NotificationTopicArn",
        "EventBusName",
        "ReleaseStateMachineArn",
        "SettleStateMachineArn",
        "RemediateStateMachineArn",
        "BurstStateMachineArn",
        "RestStateMachineArn",
        "ReconcileStateMachineArn",
        "DriftStateMachineArn",
        "WakeUrl",
    }


def test_every_folder_is_one_function() -> None:
    deployed = sorted(folder(properties) for properties in FUNCTION_RESOURCES.values())
    assert deployed == sorted(path.parent.name for path in FUNCTIONS.glob("*/app.py"))


@pytest.mark.parametrize("name", FUNCTION_RESOURCES)
def test_a_function_has_a_role_and_a_log_group_of_its_own(name: str) -> None:
    properties = FUNCTION_RESOURCES[name]
    stem = name.removesuffix("Function")
    assert properties["Role"] == {"Fn::GetAtt": f"{stem}Role.Arn"}
    assert properties["LoggingConfig"] == {"LogGroup": {"Ref": f"{stem}LogGroup"}}
    assert f"{stem}Role" in resources("AWS::IAM::Role")


def test_every_log_group_is_encrypted_and_forgets() -> None:
    groups = resources("AWS::Logs::LogGroup")
    machines = resources("AWS::Serverless::StateMachine")
    assert len(groups) == len(FUNCTION_RESOURCES) + len(machines)
    for name, properties in groups.items():
        assert properties["RetentionInDays"] == {"Ref": "LogRetentionDays"}, name
        assert properties["KmsKeyId"] == {"Fn::GetAtt": "Key.Arn"}, name


def test_functions_that_events_call_have_a_dead_letter_queue() -> None:
    called = {
        properties["FunctionName"]["Ref"]
        for properties in resources("AWS::Lambda::Permission").values()
    }
    assert called
    for name in called:
        assert FUNCTION_RESOURCES[name]["DeadLetterQueue"]["Type"] == "SQS", name


def test_every_rule_retries_and_keeps_what_it_cannot_deliver() -> None:
    for name, rule in resources("AWS::Events::Rule").items():
        for target in rule["Targets"]:
            assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0, name
            assert target["DeadLetterConfig"] == {"Arn": {"Fn::GetAtt": "EventDeadLetters.Arn"}}


def test_the_queue_of_dead_letters_lets_every_rule_in() -> None:
    (policy,) = (
        properties
        for properties in resources("AWS::SQS::QueuePolicy").values()
        if properties["Queues"] == [{"Ref": "EventDeadLetters"}]
    )
    (allowed,) = (
        each for each in policy["PolicyDocument"]["Statement"] if each["Effect"] == "Allow"
    )
    sources = allowed["Condition"]["ArnEquals"]["aws:SourceArn"]
    rules = [{"Fn::GetAtt": f"{name}.Arn"} for name in resources("AWS::Events::Rule")]
    assert sorted(map(str, sources)) == sorted(map(str, rules))


def test_schedules_of_the_stack_keep_what_they_cannot_deliver() -> None:
    schedules = resources("AWS::Scheduler::Schedule")
    assert schedules
    for name, schedule in schedules.items():
        dead = schedule["Target"]["DeadLetterConfig"]
        assert dead == {"Arn": {"Fn::GetAtt": "EventDeadLetters.Arn"}}, name


def test_people_hear_of_every_dead_letter() -> None:
    alarms = resources("AWS::CloudWatch::Alarm").values()
    watched = [
        dimension["Value"]["Fn::GetAtt"]
        for alarm in alarms
        for dimension in alarm.get("Dimensions", [])
        if alarm["AlarmActions"] == [{"Ref": "NotificationTopic"}]
        and alarm["Namespace"] == "AWS/SQS"
    ]
    assert sorted(watched) == sorted(f"{name}.QueueName" for name in resources("AWS::SQS::Queue"))


@pytest.mark.parametrize("metric", ["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"])
def test_people_hear_of_every_workflow_that_ends_badly(metric: str) -> None:
    watched = {
        stat["Dimensions"][0]["Value"]["Ref"]
        for alarm in resources("AWS::CloudWatch::Alarm").values()
        for each in alarm.get("Metrics", [])
        if (stat := each.get("MetricStat", {}).get("Metric", {}))
        and stat["MetricName"] == metric
        and alarm["AlarmActions"] == [{"Ref": "NotificationTopic"}]
    }
    assert watched == set(resources("AWS::Serverless::StateMachine"))


def test_people_are_told_of_every_workflow_that_ends_badly() -> None:
    pattern = resources("AWS::Events::Rule")["WorkflowFailedRule"]["EventPattern"]["detail"]
    told = {each["Ref"] for each in pattern["stateMachineArn"]}
    assert told == set(resources("AWS::Serverless::StateMachine"))


def test_the_topic_lets_every_alarm_of_the_stack_in() -> None:
    (policy,) = resources("AWS::SNS::TopicPolicy").values()
    statements_of_topic = policy["PolicyDocument"]["Statement"]
    (allowed,) = (each for each in statements_of_topic if each["Sid"] == "AlarmsTellPeople")
    sources = [each["Fn::Sub"] for each in allowed["Condition"]["ArnLike"]["aws:SourceArn"]]
    prefixes = tuple(source.partition(":alarm:")[2].removesuffix("*") for source in sources)
    names = [
        alarm["AlarmName"]["Fn::Sub"] for alarm in resources("AWS::CloudWatch::Alarm").values()
    ]
    assert [name for name in names if not name.startswith(prefixes)] == []


def test_no_alarm_of_the_stack_starts_the_remediation_of_an_endpoint() -> None:
    names = [
        alarm["AlarmName"]["Fn::Sub"] for alarm in resources("AWS::CloudWatch::Alarm").values()
    ]
    assert names
    assert [name for name in names if name.startswith((ALARM_PREFIX, "${AWS::StackName}"))] == []


def test_every_statement_says_why() -> None:
    lines = (ROOT / "template.yaml").read_text().splitlines()
    sids = [line for line in lines if "- Sid: " in line]
    bare = {"WriteOwnLogs", "OnlyEncryptedTransport"}
    silent = [line for line in sids if "#" not in line and line.split()[-1] not in bare]
    assert silent == []


def test_whoever_changes_an_endpoint_may_use_the_key_of_its_volumes() -> None:
    changes = {"CreateEndpoint", "UpdateEndpoint", "UpdateEndpointWeightsAndCapacities"}
    by_role: dict[str, set[str]] = {}
    for name, statement in statements():
        # On behalf of scaling nothing is changed: Application Auto Scaling only checks the right.
        if statement["Sid"] != "ScaleOwnEndpoints":
            by_role.setdefault(name, set()).update(as_list(statement["Action"]))
    changing = [
        name for name, actions in by_role.items() if actions & {f"sagemaker:{c}" for c in changes}
    ]
    assert changing
    # It changes counts by the right that comes with scaling.
    changing += [name for name in by_role if "SizeCanary" in name]
    without = [n for n in changing if not {"kms:CreateGrant", "kms:DescribeKey"} <= by_role[n]]
    assert without == []


def test_only_endpoints_that_slipway_made_are_changed_or_asked() -> None:
    changes = ("Delete", "Invoke", "Update")
    found = 0
    for name, statement in statements():
        services, actions = zip(*(a.split(":") for a in as_list(statement["Action"])), strict=True)
        endpoints = [r for r in as_list(statement["Resource"]) if ":endpoint/*" in str(r)]
        if "sagemaker" in services and endpoints and any(a.startswith(changes) for a in actions):
            tags = str(statement.get("Condition"))
            assert "aws:ResourceTag/slipway:" in tags, f"{name} {statement['Sid']}"
            found += 1
    assert found


@cache
def _read_by(name: str) -> set[str]:
    """Return the variables of the environment that a function's handler reads, in upper case."""
    path = FUNCTIONS / name / "app.py"
    ((_, tree),) = [each for each in modules(path.parent) if each[0] == path]
    kinds = {
        node.args[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "read_environment"
        and isinstance(node.args[0], ast.Name)
    }
    from slipway import environment

    return {
        name.upper() for kind in kinds for name in environment.names_of(getattr(environment, kind))
    }


@pytest.mark.parametrize("name", FUNCTION_RESOURCES)
def test_a_function_is_told_exactly_what_it_reads(name: str) -> None:
    properties = FUNCTION_RESOURCES[name]
    given = set(properties.get("Environment", {}).get("Variables", {}))
    # AWS sets the region itself; every function gets the ledger's name.
    assert given == _read_by(folder(properties)) - {"AWS_REGION", "LEDGER_TABLE"}


def key_statements() -> dict[str, dict[str, Any]]:
    (key,) = resources("AWS::KMS::Key").values()
    return {each["Sid"]: each for each in key["KeyPolicy"]["Statement"]}


def test_rules_may_use_the_key_for_queues_under_what_surely_comes_with_the_call() -> None:
    statement = key_statements()["RulesReachDeadLetters"]
    assert statement["Principal"] == {"Service": "events.amazonaws.com"}
    conditions = {key for test in statement["Condition"].values() for key in test}
    assert conditions == {"kms:EncryptionContext:aws:sqs:arn"}


def test_whoever_arms_a_bake_can_schedule_nothing_but_the_judge() -> None:
    passed: dict[str, set[str]] = {}
    for name, each in statements():
        if each["Sid"] == "PassScheduleRole":
            role = each["Resource"]["Fn::GetAtt"].partition(".")[0]
            passed.setdefault(role, set()).add(name)
    judged = {f"{name}Role" for name in ("AwaitApproval", "ArmBake", "DeployGuarded")}
    assert passed["JudgeScheduleRole"] == judged
    assert set(passed) == {"JudgeScheduleRole", "ScheduleRole"}
    called = [each for name, each in statements() if name == "JudgeScheduleRole"]
    assert [each["Sid"] for each in called] == ["CallJudge"]
    told = {
        name.removesuffix("Function") + "Role"
        for name, properties in FUNCTION_RESOURCES.items()
        if "JudgeScheduleRole" in str(properties.get("Environment", {}))
    }
    assert told == judged


def test_only_services_that_deliver_to_what_is_encrypted_may_use_the_key() -> None:
    services = [
        service
        for statement in key_statements().values()
        for service in as_list(statement["Principal"].get("Service", []))
    ]
    logs = {"Fn::Sub": "logs.${AWS::Region}.amazonaws.com"}
    assert services == ["cloudwatch.amazonaws.com", "events.amazonaws.com", logs]


def test_children_of_a_map_are_followed_by_either_form_of_their_names() -> None:
    (follows,) = [each for _, each in statements() if each["Sid"] == "FollowChildren"]
    ends = {str(each["Fn::Sub"]).rpartition(".Name}")[2] for each in as_list(follows["Resource"])}
    assert ends == {"/*", ":*"}
