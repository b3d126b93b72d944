"""State machine definitions as CloudFormation deploys them: their substitutions filled in."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

MACHINE = "AWS::Serverless::StateMachine"
_PSEUDO = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackName": "slipway",
}
# What Ref or GetAtt Arn gives for the kinds of resources that definitions refer to.
_ARNS = {
    "AWS::Events::EventBus": "arn:aws:events:us-east-1:123456789012:event-bus/{}",
    "AWS::DynamoDB::Table": "arn:aws:dynamodb:us-east-1:123456789012:table/{}",
    "AWS::IAM::Role": "arn:aws:iam::123456789012:role/{}",
    "AWS::KMS::Key": "arn:aws:kms:us-east-1:123456789012:key/{}",
    "AWS::S3::Bucket": "arn:aws:s3:::{}",
    "AWS::SNS::Topic": "arn:aws:sns:us-east-1:123456789012:{}",
    "AWS::SQS::Queue": "arn:aws:sqs:us-east-1:123456789012:{}",
    "AWS::Serverless::Function": "arn:aws:lambda:us-east-1:123456789012:function:{}",
    MACHINE: "arn:aws:states:us-east-1:123456789012:stateMachine:{}",
}
_ARN_BY_REF = {MACHINE, "AWS::SNS::Topic"}
_NAME_ATTRIBUTES = {"Name", "QueueName", "TopicName"}
_PAYLOADS = {"Arguments", "Assign", "Output"}
_REFERENCE = re.compile(r"\$\{([\w:.]+)\}")


class NotResolved(Exception):
    """A definition is given a value that this does not know how CloudFormation fills in."""


def deployed(template: dict[str, Any], root: Path) -> dict[str, str]:
    """Return the definition of each state machine by its file's name.

    Raises
    ------
    NotResolved
        A substitution refers to a kind of resource, or by a function, that is not known here.
    """
    machines = [each for each in template["Resources"].values() if each["Type"] == MACHINE]
    definitions = {}
    for machine in machines:
        properties = machine["Properties"]
        path = root / properties["DefinitionUri"]
        given = {
            name: _resolve(value, template)
            for name, value in properties.get("DefinitionSubstitutions", {}).items()
        }
        definitions[path.name] = _filled(path.read_text(encoding="utf-8"), given)
    return definitions


def empty_texts_as_expressions(definition: str) -> str:
    """Return a definition whose payloads say `{% '' %}` for an empty text, which is the same.

    Step Functions takes any JSON there; asl-validator's schema has forgotten empty texts.
    """
    machine: dict[str, Any] = json.loads(definition)
    return json.dumps(_payloads(machine), indent=1)


def _payloads(value: Any, *, inside: bool = False) -> Any:
    if isinstance(value, dict):
        return {
            key: _payloads(item, inside=inside or key in _PAYLOADS) for key, item in value.items()
        }
    if isinstance(value, list):
        return [_payloads(item, inside=inside) for item in value]
    return "{% '' %}" if inside and value == "" else value


def _filled(text: str, given: dict[str, str]) -> str:
    return _REFERENCE.sub(lambda match: given[match[1]], text)


def _resolve(value: Any, template: dict[str, Any]) -> str:
    if not isinstance(value, dict):
        return str(value)
    ((function, argument),) = value.items()
    if function == "Ref":
        return _reference(argument, template)
    if function == "Fn::GetAtt":
        parts = argument.split(".") if isinstance(argument, str) else argument
        return _attribute(parts[0], parts[1], template)
    if function == "Fn::Sub" and isinstance(argument, str):
        return _REFERENCE.sub(lambda match: _reference(match[1], template), argument)
    raise NotResolved(f"{function} {argument}")


def _reference(name: str, template: dict[str, Any]) -> str:
    if name in _PSEUDO:
        return _PSEUDO[name]
    if name in template.get("Parameters", {}):
        return str(template["Parameters"][name].get("Default", "given"))
    if "." in name:
        resource, attribute = name.split(".", 1)
        return _attribute(resource, attribute, template)
    return _attribute(name, "Arn" if _kind(name, template) in _ARN_BY_REF else "Name", template)


def _attribute(name: str, attribute: str, template: dict[str, Any]) -> str:
    if attribute in _NAME_ATTRIBUTES:
        return f"slipway-{name}"
    pattern = _ARNS.get(_kind(name, template))
    if attribute != "Arn" or pattern is None:
        raise NotResolved(f"{name}.{attribute}")
    return pattern.format(f"slipway-{name}")


def _kind(name: str, template: dict[str, Any]) -> str:
    try:
        return str(template["Resources"][name]["Type"])
    except KeyError:
        raise NotResolved(f"{name}: no resource of the template") from None
