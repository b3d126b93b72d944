"""State machines of a stack, and what is changed in moto."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from sandbox.errors import Unsupported
from sandbox.workflows import _moto
from sandbox.workflows.cloudformation import request_for
from sandbox_workflows.conftest import ROLE

if TYPE_CHECKING:
    from sandbox_workflows.conftest import Workshop

DEFINITION = {
    "QueryLanguage": "JSONata",
    "StartAt": "Tell",
    "States": {"Tell": {"Type": "Succeed", "Output": "${Word}"}},
}


def stack(account: Workshop, properties: dict[str, Any], name: str = "s") -> dict[str, str]:
    machine = {
        "Type": "AWS::StepFunctions::StateMachine",
        "Properties": {"RoleArn": ROLE} | properties,
    }
    outputs = {
        "Ref": {"Value": {"Ref": "Machine"}},
        "Arn": {"Value": {"Fn::GetAtt": ["Machine", "Arn"]}},
        "Name": {"Value": {"Fn::GetAtt": ["Machine", "Name"]}},
    }
    template = json.dumps({"Resources": {"Machine": machine}, "Outputs": outputs})
    client = account.client("cloudformation")
    existing = [entry["StackName"] for entry in client.describe_stacks()["Stacks"]]
    (client.update_stack if name in existing else client.create_stack)(
        StackName=name, TemplateBody=template
    )
    described = client.describe_stacks(StackName=name)["Stacks"][0]["Outputs"]
    return {output["OutputKey"]: output["OutputValue"] for output in described}


def finish(account: Workshop, arn: str) -> Any:
    execution = account.start(arn)
    account.kernel.advance(10)
    return json.loads(account.describe(execution)["output"])


def test_a_stacks_machine_runs_with_its_substitutions(account: Workshop) -> None:
    join = {"Fn::Join": ["\n", json.dumps(DEFINITION, indent=1).split("\n")]}
    words = {"Word": {"Ref": "AWS::Region"}}
    outputs = stack(account, {"DefinitionString": join, "DefinitionSubstitutions": words})
    assert outputs["Ref"] == outputs["Arn"]
    assert outputs["Arn"].endswith(f":stateMachine:{outputs['Name']}")
    assert finish(account, outputs["Arn"]) == "us-east-1"


def test_a_definition_may_lie_in_s3(account: Workshop) -> None:
    s3 = account.client("s3")
    s3.create_bucket(Bucket="code")
    s3.put_object(Bucket="code", Key="m.json", Body=json.dumps(DEFINITION).encode())
    properties = {
        "DefinitionS3Location": {"Bucket": "code", "Key": "m.json"},
        "DefinitionSubstitutions": {"Word": "s3"},
        "StateMachineName": "named",
        "TracingConfiguration": {"Enabled": True},
        "Tags": [{"Key": "a", "Value": "b"}],
    }
    arn = stack(account, properties)["Arn"]
    assert arn.endswith(":stateMachine:named")
    assert finish(account, arn) == "s3"
    described = account.client("stepfunctions").describe_state_machine(stateMachineArn=arn)
    assert described["tracingConfiguration"] == {"enabled": True}


def test_an_update_changes_the_machine_in_place(account: Workshop) -> None:
    text = json.dumps(DEFINITION)
    first = stack(account, {"DefinitionString": text, "DefinitionSubstitutions": {"Word": "1"}})
    second = stack(account, {"DefinitionString": text, "DefinitionSubstitutions": {"Word": "2"}})
    assert first == second
    assert finish(account, second["Arn"]) == "2"


def test_a_deleted_stack_leaves_no_machine(account: Workshop) -> None:
    stack(account, {"DefinitionString": json.dumps(DEFINITION).replace("${Word}", "x")})
    account.client("cloudformation").delete_stack(StackName="s")
    assert account.workflows.backend.state_machines == []


def test_logging_is_handed_on_as_the_api_wants_it(account: Workshop) -> None:
    group = {"CloudWatchLogsLogGroup": {"LogGroupArn": "arn:aws:logs:::log-group:/g:*"}}
    properties = {
        "RoleArn": ROLE,
        "DefinitionString": "{}",
        "LoggingConfiguration": {
            "Level": "ALL",
            "IncludeExecutionData": "true",
            "Destinations": [group],
        },
    }
    assert request_for(properties, account)["loggingConfiguration"] == {
        "level": "ALL",
        "includeExecutionData": True,
        "destinations": [
            {"cloudWatchLogsLogGroup": {"logGroupArn": "arn:aws:logs:::log-group:/g:*"}}
        ],
    }


def test_an_unknown_property_is_refused(account: Workshop) -> None:
    with pytest.raises(Unsupported, match="Mood"):
        request_for({"RoleArn": ROLE, "DefinitionString": "{}", "Mood": "good"}, account)


def test_every_change_in_moto_finds_its_place_says_why_and_is_undone() -> None:
    before = [vars(target).get(name) for target, name, _, _ in _moto.PATCHES]
    undo = _moto.apply()
    changed = [vars(target).get(name) for target, name, _, _ in _moto.PATCHES]
    undo()
    after = [vars(target).get(name) for target, name, _, _ in _moto.PATCHES]
    for (target, name, _, reason), old, new in zip(_moto.PATCHES, before, changed, strict=True):
        assert old is not None, f"moto no longer defines {target.__name__}.{name}"
        assert old is not new
        assert reason
    assert after == before
