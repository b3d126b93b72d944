"""Where a deployed Slipway is: the outputs of its CloudFormation stack."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from slipway.adapters.clients import client
from slipway_cli.problems import WrongUse

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Stack:
    """What the command needs to know of a stack."""

    name: str
    region: str
    artifact_bucket: str
    ledger_table: str
    event_bus: str
    rest_machine: str = ""
    machines: tuple[str, ...] = ()

    def physical_ids(self, kind: str) -> list[str]:
        """Return the physical ids of its resources of a type."""
        pages = client("cloudformation").get_paginator("list_stack_resources")
        return [
            each["PhysicalResourceId"]
            for page in pages.paginate(StackName=self.name)
            for each in page["StackResourceSummaries"]
            if each["ResourceType"] == kind
        ]


def find_stack(name: str) -> Stack:
    """Return a stack by its name.

    Raises
    ------
    WrongUse
        There is none, or it is not Slipway's.
    """
    cloudformation = client("cloudformation")
    region = cloudformation.meta.region_name
    try:
        described = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        raise WrongUse(
            f"There is no stack {name} in {region}. Deploy it with `sam deploy`, name another one "
            "with --stack, or set AWS_ENDPOINT_URL to the sandbox."
        ) from error
    outputs = _outputs(described)
    return Stack(
        name=name,
        region=region,
        artifact_bucket=_output(outputs, "ArtifactBucketName", described),
        ledger_table=_output(outputs, "LedgerTableName", described),
        event_bus=_output(outputs, "EventBusName", described),
        rest_machine=outputs.get("RestStateMachineArn", ""),
        machines=tuple(arn for key, arn in outputs.items() if key.endswith("StateMachineArn")),
    )


def _outputs(described: Mapping[str, Any]) -> dict[str, str]:
    return {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])}


def _output(outputs: Mapping[str, str], key: str, described: Mapping[str, Any]) -> str:
    if key not in outputs:
        raise WrongUse(
            f"The stack {described['StackName']} ({described['StackStatus']}) has no output {key}: "
            "it is not Slipway's, or not fully deployed."
        )
    return outputs[key]
