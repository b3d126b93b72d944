"""Creates the stack from the template that users deploy."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from moto.cloudformation.parsing import get_model_map

from sandbox.account import ROOT
from sandbox.deploy import resources
from sandbox.deploy._moto import read_json_as_json
from sandbox.deploy.package import BUCKET, package, upload
from sandbox.deploy.transform import load, translate
from sandbox.errors import Unsupported

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sandbox.account import Account

STACK = "slipway"


class DeploymentFailed(Exception):
    """CloudFormation could not create the stack."""


def deploy(
    account: Account,
    *,
    template: Path = ROOT / "template.yaml",
    parameters: Mapping[str, str] | None = None,
    stack: str = STACK,
) -> dict[str, str]:
    """Deploy a SAM template and return the stack's outputs.

    Raises
    ------
    Unsupported
        The template has a resource type that the sandbox cannot create.
    DeploymentFailed
        A resource was refused.
    """
    content = load(template)
    package(account, content, template.parent)
    translated = translate(content, account.region)
    refuse_unknown(translated)
    resources.register(account)
    read_json_as_json()
    # Larger than what CloudFormation takes inline, so it goes through S3 as `sam deploy` does.
    upload(account, "template.json", json.dumps(translated).encode())
    outputs = _create(account, stack, parameters or {})
    account.control.stack = stack
    account.control.outputs = outputs
    return outputs


def refuse_unknown(template: dict[str, Any]) -> None:
    """Raise Unsupported for resource types that moto would skip with a warning."""
    known = {*get_model_map(), *resources.TYPES}
    unknown = sorted({r["Type"] for r in template["Resources"].values()} - known)
    if unknown:
        raise Unsupported(f"The sandbox cannot create {', '.join(unknown)}.")


def _create(account: Account, stack: str, parameters: Mapping[str, str]) -> dict[str, str]:
    client = account.client("cloudformation")
    logging.getLogger("moto").setLevel(logging.ERROR)
    try:
        client.create_stack(
            StackName=stack,
            TemplateURL=f"https://s3.amazonaws.com/{BUCKET}/template.json",
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
            Parameters=[
                {"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()
            ],
        )
        account.kernel.settle()
        description = client.describe_stacks(StackName=stack)["Stacks"][0]
    except Exception as error:
        raise DeploymentFailed(f"The stack {stack} cannot be created: {error}") from error
    if description["StackStatus"] != "CREATE_COMPLETE":
        raise DeploymentFailed(f"The stack {stack} is {description['StackStatus']}.")
    return {output["OutputKey"]: output["OutputValue"] for output in description["Outputs"]}
