"""From an HTTP request to an operation with parameters, and from a result to an HTTP response."""

from __future__ import annotations

import functools
import re
import warnings
from datetime import UTC
from typing import TYPE_CHECKING, Any

from botocore.utils import parse_timestamp
from moto.core.parse import PROTOCOL_PARSERS
from moto.core.request import Request, determine_request_protocol
from moto.core.routing import get_service_router
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model
from werkzeug.exceptions import NotFound

from sandbox.errors import Unsupported
from sandbox.gateway.calls import AwsError

if TYPE_CHECKING:
    from datetime import datetime

    from moto.core.model import OperationModel

# A header of every SDK of AWS's: `attempt=2; max=5`.
_ATTEMPT = re.compile(r"\battempt=(\d+)")
# The services that Slipway uses, by the name in a signature. One signing name may stand for two.
SERVICES = {
    "application-autoscaling": "application-autoscaling",
    "cloudformation": "cloudformation",
    "dynamodb": "dynamodb",
    "ec2": "ec2",
    "ecr": "ecr",
    "events": "events",
    "iam": "iam",
    "kms": "kms",
    "lambda": "lambda",
    "logs": "logs",
    "monitoring": "cloudwatch",
    "pricing": "pricing",
    "s3": "s3",
    "sagemaker": "sagemaker",
    "scheduler": "scheduler",
    "servicequotas": "service-quotas",
    "sns": "sns",
    "sqs": "sqs",
    "states": "stepfunctions",
    "sts": "sts",
    "tagging": "resourcegroupstaggingapi",
    "xray": "xray",
}


def service_of(request: Request) -> str:
    """Return botocore's name of the service that a signed request is for."""
    scope = signature_scope(request)
    if scope is None:
        return "s3"  # Unsigned requests and other signatures: only S3 has them among ours.
    signed = scope[3]
    if signed not in SERVICES:
        raise Unsupported(f"The sandbox has no service `{signed}`; it has {sorted(SERVICES)}.")
    if signed == "sagemaker" and request.path.startswith("/endpoints/"):
        return "sagemaker-runtime"
    return SERVICES[signed]


def signature_scope(request: Request) -> tuple[str, str, str, str] | None:
    """Return access key, date, region and service of a version 4 signature, if there is one."""
    header = request.headers.get("Authorization", "")
    credential = header.partition("Credential=")[2].partition(",")[0].strip()
    if not credential:
        credential = request.args.get("X-Amz-Credential", "")
    parts = credential.split("/")
    if len(parts) != 5:  # noqa: PLR2004 - key/date/region/service/aws4_request
        return None
    return parts[0], parts[1], parts[2], parts[3]


def attempt_of(request: Request) -> int:
    """Return which attempt at its call a request is, as AWS's clients say; else the first."""
    found = _ATTEMPT.search(request.headers.get("amz-sdk-request", ""))
    return int(found[1]) if found else 1


def operation_of(service: str, request: Request) -> tuple[OperationModel, dict[str, Any]]:
    """Return the operation that a request asks for and the parameters in its path."""
    try:
        return get_service_router(service).match(request)
    except NotFound as error:
        raise AwsError(
            "UnknownOperationException", f"{service} has no such operation: {request.path}", 404
        ) from error


def parse(operation: OperationModel, request: Request, labels: dict[str, Any]) -> dict[str, Any]:
    """Return the operation's input; times are aware, blobs are bytes."""
    protocol = determine_request_protocol(operation.service_model, request.content_type)
    parser = PROTOCOL_PARSERS[protocol](operation, timestamp_parser=_aware, map_type=dict)
    parsed: dict[str, Any] = parser.parse(
        {
            "method": request.method,
            "values": request.values,
            "headers": request.headers,
            "body": request.data,
            "url_path": request.path,
            "url_params": labels,
        }
    )
    return parsed


def serialize(
    operation: OperationModel, request: Request, result: dict[str, Any] | None | AwsError
) -> tuple[int, dict[str, Any], bytes]:
    """Return status, headers and body of an answer."""
    service = operation.service_model
    protocol = determine_request_protocol(service, request.content_type)
    serializer = get_serializer_class(service.service_name, protocol)(operation_model=operation)
    with warnings.catch_warnings():
        # Services answer throttling and refused access without modelling these errors.
        warnings.filterwarnings("ignore", message=".*does not match an error shape.*")
        answer = serializer.serialize({} if result is None else result)
    body = answer["body"].encode() if isinstance(answer["body"], str) else answer["body"]
    status = int(answer["status_code"])
    if isinstance(result, dict):
        status = _status_member(operation, result) or status
    if isinstance(result, AwsError) and result.code not in _modelled_statuses(service.service_name):
        status = result.status
    return status, dict(answer["headers"]), body or b""


def _status_member(operation: OperationModel, result: dict[str, Any]) -> int | None:
    """Return the output member that is the HTTP status itself, as in Lambda's Invoke."""
    members = operation.output_shape.members if operation.output_shape else {}
    for name, shape in members.items():
        if shape.serialization.get("location") == "statusCode" and name in result:
            return int(result[name])
    return None


@functools.cache
def _modelled_statuses(service: str) -> frozenset[str]:
    shapes = get_service_model(service).error_shapes
    return frozenset(
        name
        for shape in shapes
        if "httpStatusCode" in shape.metadata.get("error", {})
        for name in (shape.name, shape.error_code)
    )


def _aware(value: Any) -> datetime:
    moment: datetime = parse_timestamp(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
