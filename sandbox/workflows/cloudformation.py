"""`AWS::StepFunctions::StateMachine`: made through the API, so that the same rules hold."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.errors import Unsupported

if TYPE_CHECKING:
    from sandbox.account import Account

_accounts: list[Account] = []

KNOWN = frozenset(
    {
        "Definition",
        "DefinitionS3Location",
        "DefinitionString",
        "DefinitionSubstitutions",
        "EncryptionConfiguration",
        "LoggingConfiguration",
        "RoleArn",
        "StateMachineName",
        "StateMachineType",
        "Tags",
        "TracingConfiguration",
    }
)


def use(account: Account) -> None:
    """Make stacks create their state machines in an account."""
    _accounts[:] = [account]


def create(_cls: type, resource_name: str, cloudformation_json: Any, *_: Any, **__: Any) -> Any:
    """Create a state machine for a stack."""
    account = _accounts[0]
    request = request_for(cloudformation_json["Properties"], account)
    request.setdefault("name", resource_name)
    arn = account.client("stepfunctions").create_state_machine(**request)["stateMachineArn"]
    return account.workflows.machine(arn)


def update(
    _cls: type,
    /,
    original_resource: Any,
    new_resource_name: str,
    cloudformation_json: Any,
    **_: Any,
) -> Any:
    """Update a stack's state machine; another name or type makes another machine."""
    account = _accounts[0]
    request = request_for(cloudformation_json["Properties"], account)
    request.setdefault("name", original_resource.name)
    if request["name"] != original_resource.name or request["type"] != original_resource.type:
        return create(_cls, new_resource_name, cloudformation_json)
    request = {k: v for k, v in request.items() if k not in {"name", "type", "tags"}}
    client = account.client("stepfunctions")
    client.update_state_machine(stateMachineArn=original_resource.arn, **request)
    return account.workflows.machine(original_resource.arn)


def delete(_cls: type, resource_name: str, *_: Any, **__: Any) -> None:
    """Delete a stack's state machine."""
    _accounts[0].client("stepfunctions").delete_state_machine(stateMachineArn=resource_name)


def has_attribute(_cls: type, attr: str) -> bool:
    """Tell what Fn::GetAtt can ask for."""
    return attr in {"Arn", "Name"}


def attribute(machine: Any, attribute_name: str) -> Any:
    """Return what Fn::GetAtt asks for."""
    from moto.cloudformation.exceptions import UnformattedGetAttTemplateException

    values = {"Arn": machine.arn, "Name": machine.name}
    if attribute_name not in values:
        raise UnformattedGetAttTemplateException
    return values[attribute_name]


def request_for(properties: dict[str, Any], account: Account) -> dict[str, Any]:
    """Return the CreateStateMachine request that a resource's properties are.

    Raises
    ------
    Unsupported
        A property that the sandbox does not know, or no definition.
    """
    unknown = sorted(set(properties) - KNOWN)
    if unknown:
        raise Unsupported(f"AWS::StepFunctions::StateMachine with {', '.join(unknown)}.")
    request = {
        "definition": _definition(properties, account),
        "roleArn": properties["RoleArn"],
        "type": properties.get("StateMachineType", "STANDARD"),
        "tags": [{"key": tag["Key"], "value": tag["Value"]} for tag in properties.get("Tags", [])],
    }
    if "StateMachineName" in properties:
        request["name"] = properties["StateMachineName"]
    for name in ("LoggingConfiguration", "TracingConfiguration", "EncryptionConfiguration"):
        if name in properties:
            request[name[0].lower() + name[1:]] = _camel(properties[name])
    return request


def _definition(properties: dict[str, Any], account: Account) -> str:
    if "DefinitionString" in properties:
        text = properties["DefinitionString"]
    elif "Definition" in properties:
        text = json.dumps(properties["Definition"])
    elif "DefinitionS3Location" in properties:
        where = properties["DefinitionS3Location"]
        found = {"Bucket": where["Bucket"], "Key": where["Key"]}
        if "Version" in where:
            found["VersionId"] = where["Version"]
        text = account.client("s3").get_object(**found)["Body"].read().decode()
    else:
        raise Unsupported("AWS::StepFunctions::StateMachine without a definition.")
    for name, value in properties.get("DefinitionSubstitutions", {}).items():
        text = text.replace("${" + name + "}", str(value))
    return str(text)


def _camel(value: Any) -> Any:
    """Return a property's value with the names that the API uses."""
    if isinstance(value, dict):
        return {key[0].lower() + key[1:]: _camel(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_camel(item) for item in value]
    return _typed(value)


def _typed(value: Any) -> Any:
    # Templates write booleans and numbers as text; the API refuses text.
    if value in {"true", "false"}:
        return value == "true"
    return int(value) if isinstance(value, str) and value.isdigit() else value
