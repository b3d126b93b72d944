"""`aws-sdk:` integrations: any action of a service, through the SDK."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from sandbox.errors import Unsupported
from sandbox.workflows import names
from sandbox.workflows.interpreter.failures import RUNTIME, TaskFailure
from sandbox.workflows.interpreter.runtime import current
from sandbox.workflows.shapes import UnknownMember, from_response, to_request

if TYPE_CHECKING:
    from sandbox.workflows.integrations.calls import Task


def call(task: Task, _env: Any) -> Any:
    """Call an action and return its response in AWS's shape."""
    boto_name, prefix = names.service(task.api)
    operation = names.operation(task.api, task.action)
    if operation is None:
        raise Unsupported(f"{boto_name} has no action {task.action!r}.")
    try:
        params = to_request(task.arguments, operation.input_shape)
    except UnknownMember as error:
        raise TaskFailure(RUNTIME, str(error)) from error
    client = current().client(boto_name, task.role, task.session)
    try:
        response = getattr(client, xform_name(operation.name))(**params)
    except ClientError as error:
        name = names.error_name(task.api, error.response["Error"]["Code"])
        raise TaskFailure(name, cause(error, prefix)) from error
    except BotoCoreError as error:
        raise TaskFailure(f"{prefix}.SdkClientException", str(error)) from error
    return from_response(response, operation.output_shape)


def cause(error: ClientError, prefix: str) -> str:
    """Return the cause of an error as the SDK words it."""
    metadata = error.response.get("ResponseMetadata", {})
    details = f"Service: {prefix}, Status Code: {metadata.get('HTTPStatusCode')}, "
    details += f"Request ID: {metadata.get('RequestId', '')}"
    if metadata.get("HostId"):
        details += f", Extended Request ID: {metadata['HostId']}"
    return f"{error.response['Error'].get('Message', '')} ({details}) (SDK Attempt Count: 1)"
