from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from scripts.definitions import NotResolved, deployed, empty_texts_as_expressions

if TYPE_CHECKING:
    from pathlib import Path

RESOURCES: dict[str, Any] = {
    "Call": {"Type": "AWS::Serverless::Function"},
    "Bucket": {"Type": "AWS::S3::Bucket"},
    "Queue": {"Type": "AWS::SQS::Queue"},
    "Stage": {"Type": "AWS::ApiGateway::Stage"},
    "Machine": {
        "Type": "AWS::Serverless::StateMachine",
        "Properties": {"DefinitionUri": "machine.asl.json", "DefinitionSubstitutions": {}},
    },
}


def filled(root: Path, value: Any) -> str:
    (root / "machine.asl.json").write_text('{"Resource": "${Value}"}')
    RESOURCES["Machine"]["Properties"]["DefinitionSubstitutions"] = {"Value": value}
    template = {"Resources": RESOURCES, "Parameters": {"Days": {"Default": 90}}}
    (definition,) = deployed(template, root).values()
    return str(json.loads(definition)["Resource"])


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (7, "7"),
        ({"Ref": "Days"}, "90"),
        ({"Ref": "Bucket"}, "slipway-Bucket"),
        ({"Ref": "Machine"}, "arn:aws:states:us-east-1:123456789012:stateMachine:slipway-Machine"),
        (
            {"Fn::GetAtt": ["Call", "Arn"]},
            "arn:aws:lambda:us-east-1:123456789012:function:slipway-Call",
        ),
        ({"Fn::GetAtt": "Queue.QueueName"}, "slipway-Queue"),
        (
            {"Fn::Sub": "arn:${AWS::Partition}:x:${AWS::Region}::${Machine.Name}/${Bucket.Arn}"},
            "arn:aws:x:us-east-1::slipway-Machine/arn:aws:s3:::slipway-Bucket",
        ),
    ],
)
def test_a_substitution_is_what_cloudformation_would_fill_in(
    tmp_path: Path, value: Any, wanted: str
) -> None:
    assert filled(tmp_path, value) == wanted


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::Join": ["", ["a", "b"]]},
        {"Fn::GetAtt": ["Stage", "Arn"]},
        {"Fn::GetAtt": ["Call", "Version"]},
        {"Ref": "Nobody"},
    ],
)
def test_what_is_not_known_is_not_guessed(tmp_path: Path, value: Any) -> None:
    with pytest.raises(NotResolved):
        filled(tmp_path, value)


def test_empty_texts_become_expressions_in_payloads_only() -> None:
    state = {"Comment": "", "Next": "", "Assign": {"a": "", "b": [{"c": ""}, "x", 0, None]}}
    got = json.loads(empty_texts_as_expressions(json.dumps({"States": {"One": state}})))
    assert got["States"]["One"] == {
        "Comment": "",
        "Next": "",
        "Assign": {"a": "{% '' %}", "b": [{"c": "{% '' %}"}, "x", 0, None]},
    }
