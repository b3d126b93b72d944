"""The ways in which calls fail, in each service's own words. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sandbox.gateway import Fault

if TYPE_CHECKING:
    from sandbox.proving.calls import CallSite

KINDS = (
    "throttled",
    "refused",
    "capacity",
    "not found",
    "access denied",
    "in progress",
    "reply lost",
)

_ARN = "arn:aws:sagemaker:us-east-1:123456789012:endpoint/churn"
_CONFIG_ARN = "arn:aws:sagemaker:us-east-1:123456789012:endpoint-config/churn"
_MODEL_ARN = "arn:aws:sagemaker:us-east-1:123456789012:model/churn"
_REMOVALS = ("Delete", "Deregister")
_WRITES = ("PutItem", "UpdateItem", "DeleteItem", "TransactWriteItems")


class Words(NamedTuple):
    """An error as a service answers it."""

    code: str
    message: str


_THROTTLED = {
    "s3": Words("SlowDown", "Please reduce your request rate."),
    "dynamodb": Words(
        "ProvisionedThroughputExceededException", "The level of configured throughput was exceeded."
    ),
    "sns": Words("Throttled", "Rate exceeded"),
    "cloudwatch": Words("Throttling", "Rate exceeded"),
    "lambda": Words("TooManyRequestsException", "Rate Exceeded."),
    "service-quotas": Words("TooManyRequestsException", "Rate exceeded"),
}
_REFUSED = {
    "s3": Words("InvalidRequest", "The request is not valid."),
    "lambda": Words("InvalidParameterValueException", "The request is not valid."),
    "sns": Words("InvalidParameter", "Invalid parameter"),
    "cloudwatch": Words("InvalidParameterValue", "The request is not valid."),
    "sagemaker-runtime": Words("ValidationError", "The request is not valid."),
    "service-quotas": Words("IllegalArgumentException", "The request is not valid."),
}
_DENIED = {"s3": "AccessDenied", "cloudwatch": "AccessDenied", "sns": "AuthorizationError"}
_FULL = Words(
    "ResourceLimitExceeded",
    "The account-level service limit 'ml.m5.large for endpoint usage' is 4 Instances, with current "
    "utilization of 4 Instances and a request delta of 2 Instances.",
)
_CAPACITY = {
    ("sagemaker", "CreateModel"): Words("ResourceLimitExceeded", "The limit of models is reached."),
    ("sagemaker", "CreateEndpointConfig"): Words(
        "ResourceLimitExceeded", "The limit of endpoint configurations is reached."
    ),
    ("sagemaker", "CreateEndpoint"): _FULL,
    ("sagemaker", "UpdateEndpoint"): _FULL,
    ("sagemaker", "UpdateEndpointWeightsAndCapacities"): _FULL,
    ("cloudwatch", "PutMetricAlarm"): Words("LimitExceeded", "The maximum limit is reached."),
    ("application-autoscaling", "RegisterScalableTarget"): Words(
        "LimitExceededException", "The limit of scalable targets is reached."
    ),
    ("application-autoscaling", "PutScalingPolicy"): Words(
        "LimitExceededException", "The limit of scaling policies is reached."
    ),
    ("scheduler", "CreateSchedule"): Words(
        "ServiceQuotaExceededException", "The limit of schedules is reached."
    ),
    ("stepfunctions", "StartExecution"): Words(
        "ExecutionLimitExceeded", "The limit of open executions is reached."
    ),
}
_NO_EXECUTION = Words("ExecutionDoesNotExist", "Execution Does Not Exist")
_NO_TASK = Words("TaskDoesNotExist", "Task Does Not Exist")
_NOT_FOUND = {
    ("sagemaker", "CreateModel"): Words(
        "ValidationException", "Could not access model data at s3://nowhere/model.tar.gz."
    ),
    ("sagemaker", "CreateEndpointConfig"): Words(
        "ValidationException", f'Could not find model "{_MODEL_ARN}".'
    ),
    ("sagemaker", "CreateEndpoint"): Words(
        "ValidationException", f'Could not find endpoint configuration "{_CONFIG_ARN}".'
    ),
    **{
        ("sagemaker", f"{verb}{kind}"): Words("ValidationException", f"Could not find {words}.")
        for verb in ("Describe", "Delete", "Update")
        for kind, words in {
            "Endpoint": f'endpoint "{_ARN}"',
            "EndpointConfig": f'endpoint configuration "{_CONFIG_ARN}"',
            "Model": f'model "{_MODEL_ARN}"',
            "EndpointWeightsAndCapacities": f'endpoint "{_ARN}"',
        }.items()
    },
    ("sagemaker-runtime", "InvokeEndpoint"): Words(
        "ValidationError", "Endpoint churn of account 123456789012 not found."
    ),
    ("s3", "GetObject"): Words("NoSuchKey", "The specified key does not exist."),
    ("s3", "HeadObject"): Words("404", "Not Found"),
    ("s3", "CopyObject"): Words("NoSuchKey", "The specified key does not exist."),
    ("s3", "ListObjectsV2"): Words("NoSuchBucket", "The specified bucket does not exist."),
    ("stepfunctions", "DescribeExecution"): _NO_EXECUTION,
    ("stepfunctions", "SendTaskSuccess"): _NO_TASK,
    ("stepfunctions", "SendTaskFailure"): _NO_TASK,
    ("cloudwatch", "DeleteAlarms"): Words("ResourceNotFound", "The alarm does not exist."),
    ("cloudwatch", "DeleteDashboards"): Words("ResourceNotFound", "The dashboard is gone."),
    ("application-autoscaling", "DeregisterScalableTarget"): Words(
        "ObjectNotFoundException", "No scalable target found for this resource."
    ),
    ("application-autoscaling", "RegisterScalableTarget"): Words(
        "ValidationException", "SageMaker endpoint variant doesn't exist: endpoint/churn"
    ),
    ("application-autoscaling", "PutScalingPolicy"): Words(
        "ObjectNotFoundException", "No scalable target registered for this resource."
    ),
    ("scheduler", "DeleteSchedule"): Words("ResourceNotFoundException", "Schedule is unknown."),
    ("scheduler", "UpdateSchedule"): Words("ResourceNotFoundException", "Schedule is unknown."),
    ("scheduler", "GetSchedule"): Words("ResourceNotFoundException", "Schedule is unknown."),
}
_BUSY = Words("ValidationException", f'Cannot update in-progress endpoint "{_ARN}".')
_IN_PROGRESS = {
    ("sagemaker", "UpdateEndpoint"): _BUSY,
    ("sagemaker", "UpdateEndpointWeightsAndCapacities"): _BUSY,
    ("sagemaker", "DeleteEndpoint"): _BUSY,
    **{
        ("dynamodb", write): Words(
            "TransactionConflictException", "Transaction is ongoing for the item"
        )
        for write in _WRITES
    },
    **{
        ("application-autoscaling", operation): Words(
            "ConcurrentUpdateException", "You already have a pending update"
        )
        for operation in (
            "RegisterScalableTarget",
            "DeregisterScalableTarget",
            "PutScalingPolicy",
        )
    },
    ("cloudwatch", "PutMetricAlarm"): Words(
        "ConcurrentModificationException", "More than one process tried to modify it"
    ),
    ("scheduler", "CreateSchedule"): Words("ConflictException", "Schedule is being changed."),
    ("scheduler", "UpdateSchedule"): Words("ConflictException", "Schedule is being changed."),
    ("scheduler", "DeleteSchedule"): Words("ConflictException", "Schedule is being changed."),
}
_BY_CALL = {"capacity": _CAPACITY, "not found": _NOT_FOUND, "in progress": _IN_PROGRESS}


def fault_of(site: CallSite, kind: str, times: int | None) -> Fault | None:
    """Return a fault that hits a call in some way; None where the service never fails so.

    Parameters
    ----------
    times
        How many calls of the site's operation by its role fail, from the site on; None for all.
    """
    words = None if kind == "reply lost" else _words(site, kind)
    if words is None and kind != "reply lost":
        return None
    return _fault(site, kind, times, words)


def _words(site: CallSite, kind: str) -> Words | None:
    service, operation = site.service, site.operation
    match kind:
        case "throttled":
            return _THROTTLED.get(service, Words("ThrottlingException", "Rate exceeded"))
        case "refused":
            default = Words("ValidationException", "1 validation error detected.")
            return _REFUSED.get(service, default)
        case "access denied":
            code = _DENIED.get(service, "AccessDeniedException")
            return Words(code, f"Not authorized to perform: {service}:{operation}")
        case _:
            return _BY_CALL[kind].get((service, operation))


def _fault(site: CallSite, kind: str, times: int | None, words: Words | None) -> Fault:
    return Fault(
        site.service,
        site.operation,
        error=words.code if words else None,
        message=words.message if words else "",
        times=times,
        lose_reply=words is None,
        # Nobody answers "not found" to the deletion of what is there: it went the moment before.
        carry_out=kind == "not found" and site.operation.startswith(_REMOVALS),
        skip=site.nth,
        role=f"{site.role}-",
    )
