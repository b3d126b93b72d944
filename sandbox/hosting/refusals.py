"""What SageMaker says when it refuses, in its own words; issue threads and its SDKs quote them."""

from __future__ import annotations

from sandbox.gateway import AwsError

CONSOLE = "https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}"
TIMED_OUT = (
    "Your invocation timed out while waiting for a response from container primary. Review the "
    "latency metrics for each container in Amazon CloudWatch, resolve the issue, and try again."
)
NO_CAPACITY = (
    "Unable to provision requested ML compute capacity due to InsufficientInstanceCapacity error. "
    "Please retry using a different ML instance type or after some time."
)


def invalid(message: str) -> AwsError:
    """Refuse a request for what it says."""
    return AwsError("ValidationException", message)


def beyond_the_sandbox(reason: str) -> AwsError:
    """Refuse what AWS would do and this machine cannot."""
    return invalid(f"A limit of the sandbox, not of SageMaker: {reason}")


def already_exists(kind: str, arn: str) -> AwsError:
    """Refuse a name that is taken."""
    return invalid(f'Cannot create already existing {kind} "{arn}".')


def not_found(kind: str, arn: str) -> AwsError:
    """Refuse a name that nothing has."""
    return invalid(f'Could not find {kind} "{arn}".')


def in_progress(arn: str) -> AwsError:
    """Refuse a change while another one is under way."""
    return invalid(f'Cannot update in-progress endpoint "{arn}".')


def failed_endpoint(arn: str, status: str) -> AwsError:
    """Refuse a change of an endpoint that can only be deleted."""
    return invalid(f'Cannot update endpoint "{arn}" in {status} status; it can only be deleted.')


def over_quota(instance_type: str, limit: int, used: int, wanted: int) -> AwsError:
    """Refuse instances beyond the account's quota."""
    return AwsError(
        "ResourceLimitExceeded",
        f"The account-level service limit '{instance_type} for endpoint usage' is {limit} "
        f"Instances, with current utilization of {used} Instances and a request delta of "
        f"{wanted} Instances. Please use AWS Service Quotas to request an increase for this "
        "quota. If AWS Service Quotas is not available, contact AWS support to request an "
        "increase for this quota.",
    )


def role_not_assumable() -> AwsError:
    """Refuse an execution role that does not exist or does not trust SageMaker."""
    return invalid(
        "The execution role ARN is invalid. Please ensure that the role exists and that its trust "
        'relationship policy allows the action "sts:AssumeRole" for the service principal '
        '"sagemaker.amazonaws.com".'
    )


def no_access_to_artifact(uri: str, role: str, region: str) -> AwsError:
    """Refuse an artifact that the execution role cannot read."""
    return invalid(
        f'Could not access model data at {uri}. Please ensure that the role "{role}" exists and '
        'that its trust relationship policy allows the action "sts:AssumeRole" for the service '
        'principal "sagemaker.amazonaws.com". Also ensure that the role has "s3:GetObject" '
        f"permissions and that the object is located in {region}."
    )


def scaled_variant(variants: list[str]) -> AwsError:
    """Refuse an update of a variant that Application Auto Scaling holds.

    AWS documents the refusal, not its words.
    """
    return invalid(
        f"The production variant(s) {', '.join(variants)} are registered as scalable targets with "
        "Application Auto Scaling. Deregister them before an update that removes them or changes "
        "their instance type."
    )


def unknown_alarms(names: list[str]) -> AwsError:
    """Refuse alarms to roll back on that do not exist.

    AWS documents that they must exist, not its words.
    """
    return invalid(f"The alarm(s) {', '.join(names)} of AutoRollbackConfiguration do not exist.")


def alarmed(names: list[str]) -> str:
    """Return why a deployment went back; AWS documents that it does, not its words."""
    return f"The deployment was rolled back: alarm(s) in ALARM state: {', '.join(names)}."


def out_of_time(seconds: int) -> str:
    """Return why a deployment that took too long went back."""
    return f"The deployment exceeded its MaximumExecutionTimeoutInSeconds of {seconds} seconds."


def failed_ping(variant: str) -> str:
    """Return why an endpoint failed whose container never answered."""
    return (
        f"The primary container for production variant {variant} did not pass the ping health "
        "check. Please check CloudWatch logs for this endpoint."
    )


def model_error(status: int, message: str, group: str, account: str, region: str) -> AwsError:
    """Answer for a container that answered with an error, or with none."""
    side = "client" if 400 <= status < 500 else "server"  # noqa: PLR2004 - HTTP's classes
    console = CONSOLE.format(region=region)
    return AwsError(
        "ModelError",
        f'Received {side} error ({status}) from primary with message "{message}". See '
        f"{console}#logEventViewer:group={group} in account {account} for more information.",
        424,
        OriginalStatusCode=status,
        OriginalMessage=message,
        LogStreamArn=f"arn:aws:logs:{region}:{account}:log-group:{group}",
    )
