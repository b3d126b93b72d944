"""Profile Captures: count what a batch of files holds."""

from slipway.adapters.monitoring import MonitoringBucket
from slipway.entry import Event, Result, entrypoint
from slipway.environment import WatchingEnvironment, read_environment
from slipway.usecases.profile_captures import Batch, profile_captures


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{rows}`."""
    bucket = MonitoringBucket(read_environment(WatchingEnvironment).monitoring_bucket)
    return profile_captures(Batch.parse(event), files=bucket, shelf=bucket)
