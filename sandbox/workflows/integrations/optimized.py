"""Optimized integrations of Lambda and DynamoDB, which spell their errors in their own way."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from botocore.exceptions import BotoCoreError, ClientError

from sandbox.workflows import names
from sandbox.workflows.interpreter.failures import RUNTIME, TaskFailure
from sandbox.workflows.interpreter.runtime import current
from sandbox.workflows.shapes import UnknownMember, from_response, to_request

if TYPE_CHECKING:
    from sandbox.workflows.integrations.calls import Task


@dataclass(frozen=True)
class Spelling:
    """How an optimized integration names errors: the prefix, and what has no name of its own."""

    prefix: str
    unnamed: str


LAMBDA = Spelling("Lambda", "AWSLambdaException")
DYNAMODB = Spelling("DynamoDB", "AmazonDynamoDBException")
FUNCTION_FIELDS = frozenset(
    {"FunctionName", "Payload", "Qualifier", "ClientContext", "InvocationType", "LogType"}
)


def invoke_function(task: Task, _env: Any) -> dict[str, Any]:
    """Invoke a function; its failure becomes an error named by the exception's type."""
    arguments = _checked(task, FUNCTION_FIELDS)
    params = arguments | {"Payload": json.dumps(arguments.get("Payload", {})).encode()}
    response = request(task, "lambda", "Invoke", params, LAMBDA)
    content = response["Payload"].read().decode() if "Payload" in response else ""
    if response.get("FunctionError"):
        raise TaskFailure(_error_type(content), content)
    metadata = {"RequestId": response["ResponseMetadata"].get("RequestId", "")}
    return {
        "ExecutedVersion": response.get("ExecutedVersion", "$LATEST"),
        "Payload": _parsed(content),
        "SdkHttpMetadata": {"HttpStatusCode": response["StatusCode"]},
        "SdkResponseMetadata": metadata,
        "StatusCode": response["StatusCode"],
    }


def dynamodb(task: Task, _env: Any) -> Any:
    """Get, put, update or delete an item."""
    operation = names.operation("dynamodb", task.action)
    if operation is None:
        raise TaskFailure(RUNTIME, f"DynamoDB has no action {task.action!r}.")
    params = request_of(task, operation.input_shape)
    response = request(task, "dynamodb", operation.name, params, DYNAMODB)
    return from_response(response, operation.output_shape)


def request_of(task: Task, shape: Any) -> dict[str, Any]:
    """Return a task's arguments as an API's parameters."""
    try:
        params: dict[str, Any] = to_request(task.arguments, shape)
    except UnknownMember as error:
        raise TaskFailure(RUNTIME, str(error)) from error
    return params


def request(
    task: Task, boto_name: str, operation: str, params: dict[str, Any], spelling: Spelling
) -> dict[str, Any]:
    """Call an action as the task's role, with errors as optimized integrations spell them."""
    client = current().client(boto_name, task.role, task.session)
    try:
        response: dict[str, Any] = getattr(client, xform_name(operation))(**params)
    except ClientError as error:
        raise TaskFailure(_name(error, boto_name, spelling), _cause(error)) from error
    except BotoCoreError as error:
        raise TaskFailure(f"{spelling.prefix}.SdkClientException", str(error)) from error
    return response


def _name(error: ClientError, boto_name: str, spelling: Spelling) -> str:
    code = error.response["Error"]["Code"]
    shapes = {shape.name for shape in names.service_model(boto_name).error_shapes}
    if code not in shapes:
        return f"{spelling.prefix}.{spelling.unnamed}"
    return f"{spelling.prefix}.{code if code.endswith('Exception') else code + 'Exception'}"


def _cause(error: ClientError) -> str:
    metadata = error.response.get("ResponseMetadata", {})
    details = [
        f"Status Code: {metadata.get('HTTPStatusCode')}",
        f"Error Code: {error.response['Error']['Code']}",
        f"Request ID: {metadata.get('RequestId', '')}",
        "Proxy: null",
    ]
    return f"{error.response['Error'].get('Message', '')} ({'; '.join(details)})"


def _checked(task: Task, fields: frozenset[str]) -> dict[str, Any]:
    unknown = sorted(set(task.arguments) - fields)
    if unknown:
        raise TaskFailure(RUNTIME, f"The field(s) {unknown} are not supported by Step Functions.")
    return dict(task.arguments)


def _error_type(content: str) -> str:
    body = _parsed(content)
    error = body.get("errorType") if isinstance(body, dict) else None
    return str(error) if error else "Lambda.Unknown"


def _parsed(content: str) -> Any:
    try:
        return json.loads(content) if content else None
    except ValueError:
        return content
