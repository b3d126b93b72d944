"""What services answer when a call fails, whichever it is."""

from __future__ import annotations

from typing import NamedTuple


class Words(NamedTuple):
    """An error as a service answers it."""

    code: str
    message: str


THROTTLED = {
    "s3": Words("SlowDown", "Please reduce your request rate."),
    "dynamodb": Words(
        "ProvisionedThroughputExceededException", "The level of configured throughput was exceeded."
    ),
    "sns": Words("Throttled", "Rate exceeded"),
    "cloudwatch": Words("Throttling", "Rate exceeded"),
    "lambda": Words("TooManyRequestsException", "Rate Exceeded."),
    "service-quotas": Words("TooManyRequestsException", "Rate exceeded"),
}
REFUSED = {
    "s3": Words("InvalidRequest", "The request is not valid."),
    "lambda": Words("InvalidParameterValueException", "The request is not valid."),
    "sns": Words("InvalidParameter", "Invalid parameter"),
    "cloudwatch": Words("InvalidParameterValue", "The request is not valid."),
    "sagemaker-runtime": Words("ValidationError", "The request is not valid."),
    "service-quotas": Words("IllegalArgumentException", "The request is not valid."),
}
DENIED = {"s3": "AccessDenied", "cloudwatch": "AccessDenied", "sns": "AuthorizationError"}
# What a service answers when it is at fault itself; InternalFailure is common to most.
BROKEN = {
    "s3": "InternalError",
    "sns": "InternalError",
    "dynamodb": "InternalServerError",
    "cloudwatch": "InternalServiceError",
    "lambda": "ServiceException",
    "service-quotas": "ServiceException",
    "events": "InternalException",
    "scheduler": "InternalServerException",
    "application-autoscaling": "InternalServiceException",
    "logs": "ServiceUnavailableException",
    "sagemaker-runtime": "ServiceUnavailable",
}
