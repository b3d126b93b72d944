"""Ring Again: what rang while the endpoint woke is answered now."""

from slipway.adapters.cloudwatch import CloudWatchGuards
from slipway.entry import Event, Result, entrypoint
from slipway.usecases.ring_again import ring_again


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{alarms}`, those that rang."""
    return ring_again(event["endpoint"], alarms=CloudWatchGuards())
