"""The CloudWatch logs of an endpoint's containers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.adapters.clients import client
from slipway.adapters.faults import code_of, passing_faults

if TYPE_CHECKING:
    from collections.abc import Sequence


class EndpointLogs:
    """Implements ContainerLog."""

    def last_lines(self, endpoint: str, variant: str, count: int) -> Sequence[str]:
        """Return the newest lines of the variant, the oldest of them first; none without a log."""
        from botocore.exceptions import ClientError

        group = f"/aws/sagemaker/Endpoints/{endpoint}"
        try:
            with passing_faults():
                stream = _newest_stream(group, variant)
                return _tail(group, stream, count) if stream else []
        except ClientError as error:
            if code_of(error) == "ResourceNotFoundException":
                return []
            raise


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
