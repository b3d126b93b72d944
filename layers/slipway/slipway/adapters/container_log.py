"""The CloudWatch logs of an endpoint's containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.adapters.clients import client
from slipway.adapters.faults import code_of, passing_faults

if TYPE_CHECKING:
    from collections.abc import Sequence


class EndpointLogGroups:
    """Implements LogGroups. SageMaker would make them without a key, and keep them for ever.

    Parameters
    ----------
    key : str
        ARN of the key.
    retention_days : int
        As CloudWatch Logs knows them.
    """

    def __init__(self, key: str, retention_days: int) -> None:
        self.key = key
        self.retention_days = retention_days

    def prepare(self, endpoint: str) -> None:
        """Make the group, or put one that is there under the key; set how long it remembers."""
        from botocore.exceptions import ClientError

        group = group_of(endpoint)
        with passing_faults():
            try:
                client("logs").create_log_group(logGroupName=group, kmsKeyId=self.key)
            except ClientError as error:
                # An endpoint of this name was there before, or the reply was lost.
                if code_of(error) != "ResourceAlreadyExistsException":
                    raise
                client("logs").associate_kms_key(logGroupName=group, kmsKeyId=self.key)
            client("logs").put_retention_policy(
                logGroupName=group, retentionInDays=self.retention_days
            )


class EndpointLogs:
    """Implements ContainerLog."""

    def last_lines(self, endpoint: str, variant: str, count: int) -> Sequence[str]:
        """Return the newest lines of the variant, the oldest of them first; none without a log."""
        from botocore.exceptions import ClientError

        group = group_of(endpoint)
        try:
            with passing_faults():
                stream = _newest_stream(group, variant)
                return _tail(group, stream, count) if stream else []
        except ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                return []
            raise


def group_of(endpoint: str) -> str:
    """Return the name that SageMaker gives the log group of an endpoint."""
    return f"/aws/sagemaker/Endpoints/{endpoint}"


def _newest_stream(group: str, variant: str) -> str:
    # Streams are named <variant>/<instance>; by prefix they cannot be asked for in order of time.
    answer = client("logs").describe_log_streams(
        logGroupName=group, logStreamNamePrefix=f"{variant}/"
    )
    streams: list[dict[str, Any]] = answer["logStreams"]
    newest = max(streams, key=lambda stream: stream.get("lastEventTimestamp", 0), default=None)
    return str(newest["logStreamName"]) if newest else ""


def _tail(group: str, stream: str, count: int) -> list[str]:
    answer = client("logs").get_log_events(
        logGroupName=group, logStreamName=stream, limit=count, startFromHead=False
    )
    return [event["message"].rstrip() for event in answer["events"]]
