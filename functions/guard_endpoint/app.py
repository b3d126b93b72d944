"""Guard Endpoint: alarms and the dashboard."""

from slipway.adapters.clock import SystemClock
from slipway.adapters.cloudwatch import CloudWatchGuards
from slipway.adapters.ledger import Ledger
from slipway.entry import Event, Result, entrypoint
from slipway.environment import AlarmEnvironment, read_environment
from slipway.usecases.guard_endpoint import guard_endpoint
from slipway.usecases.reference import ReleaseRef


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{alarms, dashboard, problem}`."""
    environment = read_environment(AlarmEnvironment)
    return guard_endpoint(
        ReleaseRef.parse(event),
        topic_arn=environment.topic_arn,
        region=environment.aws_region,
        ledger=Ledger(environment.ledger_table),
        guards=CloudWatchGuards(),
        clock=SystemClock(),
    )
