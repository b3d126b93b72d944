"""How Step Functions spells AWS: it calls services through the AWS SDK for Java 2.x.

Error names are `<Client>.<Class>`: the prefix of the SDK's client, and the SDK's exception class,
or the client's base exception for an error that the service model does not name.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

import botocore.session

from sandbox.errors import Unsupported

if TYPE_CHECKING:
    from botocore.model import OperationModel, ServiceModel

# ASL's name of a service (the SDK module's) → botocore's name and the prefix of the Java client.
SERVICES: dict[str, tuple[str, str]] = {
    "applicationautoscaling": ("application-autoscaling", "ApplicationAutoScaling"),
    "cloudformation": ("cloudformation", "CloudFormation"),
    "cloudwatch": ("cloudwatch", "CloudWatch"),
    "cloudwatchlogs": ("logs", "CloudWatchLogs"),
    "dynamodb": ("dynamodb", "DynamoDb"),
    "ecr": ("ecr", "Ecr"),
    "eventbridge": ("events", "EventBridge"),
    "iam": ("iam", "Iam"),
    "kms": ("kms", "Kms"),
    "lambda": ("lambda", "Lambda"),
    "pricing": ("pricing", "Pricing"),
    "s3": ("s3", "S3"),
    "sagemaker": ("sagemaker", "SageMaker"),
    "sagemakerruntime": ("sagemaker-runtime", "SageMakerRuntime"),
    "scheduler": ("scheduler", "Scheduler"),
    "secretsmanager": ("secretsmanager", "SecretsManager"),
    "servicequotas": ("service-quotas", "ServiceQuotas"),
    "sfn": ("stepfunctions", "Sfn"),
    "sns": ("sns", "Sns"),
    "sqs": ("sqs", "Sqs"),
    "ssm": ("ssm", "Ssm"),
    "sts": ("sts", "Sts"),
}

_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^A-Za-z0-9]+")
_LEADING = re.compile(r"^([A-Z]+)(?=[A-Z][a-z]|$|[0-9_])")


@cache
def service_model(boto_name: str) -> ServiceModel:
    """Return botocore's model of a service."""
    return botocore.session.get_session().get_service_model(boto_name)


def service(asl_name: str) -> tuple[str, str]:
    """Return botocore's name and the Java client's prefix of a service in an `aws-sdk` resource.

    Raises
    ------
    Unsupported
        The sandbox does not know how AWS spells the service's errors.
    """
    try:
        return SERVICES[asl_name]
    except KeyError:
        known = ", ".join(sorted(SERVICES))
        raise Unsupported(
            f"aws-sdk:{asl_name}: add it to workflows/names.py. Known: {known}."
        ) from None


def operation(asl_name: str, action: str) -> OperationModel | None:
    """Return the model of an action such as `describeEndpoint`, or None where there is none."""
    model = service_model(service(asl_name)[0])
    name = action[:1].upper() + action[1:]
    if action[:1].isupper() or name not in model.operation_names:
        return None
    return model.operation_model(name)


def exception_class(shape: str) -> str:
    """Return the Java class of an error shape: `ResourceInUse` → `ResourceInUseException`."""
    words = [word for word in _WORDS.split(shape) if word]
    pascal = "".join(word[:1].upper() + word[1:].lower() for word in words)
    if pascal.endswith("Exception"):
        return pascal
    return pascal.removesuffix("Fault") + "Exception"


def error_name(asl_name: str, code: str) -> str:
    """Return the error name that a Catch sees for an error code of a service."""
    boto_name, prefix = service(asl_name)
    shape = _error_shapes(boto_name).get(code)
    return f"{prefix}.{exception_class(shape)}" if shape else f"{prefix}.{prefix}Exception"


@cache
def known_errors(asl_name: str) -> frozenset[str]:
    """Return every error name that a service can report through an `aws-sdk` integration."""
    boto_name, prefix = service(asl_name)
    modelled = {f"{prefix}.{exception_class(name)}" for name in _error_shapes(boto_name).values()}
    return frozenset(modelled | {f"{prefix}.{prefix}Exception", f"{prefix}.SdkClientException"})


@cache
def _error_shapes(boto_name: str) -> dict[str, str]:
    model = service_model(boto_name)
    shapes = {}
    for shape in model.error_shapes:
        shapes[shape.name] = shape.name
        shapes[_code(shape.metadata, shape.name)] = shape.name
    return shapes


def _code(metadata: dict[str, Any], name: str) -> str:
    code: str = metadata.get("error", {}).get("code", name)
    return code


def member_name(name: str, structure: str = "") -> str:
    """Return the name of a structure's member in a state's data: `executionArn` → `ExecutionArn`.

    The SDK's builders keep a member's name but for the acronym that it begins with.
    """
    if structure == "AttributeValue" and name == "NULL":
        return "Nul"  # `null` is a keyword in Java.
    pascal = name[:1].upper() + name[1:]
    return _LEADING.sub(lambda match: match[1].capitalize(), pascal)
