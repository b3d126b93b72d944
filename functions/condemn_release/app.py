"""Condemn Release: what an alarm means for the release behind it."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.cloudwatch import CloudWatchGuards
from slipway.adapters.ledger import Ledger
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.domain.alarm_change import AlarmChange
from slipway.entry import Event, Result, count, entrypoint
from slipway.environment import AnnouncingEnvironment, read_environment
from slipway.usecases.condemn_release import condemn_release


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{verdict, endpoint, release, reason}` to a `CloudWatch Alarm State Change`."""
    environment = read_environment(AnnouncingEnvironment)
    remedy = condemn_release(
        AlarmChange.parse(event["alarm"]),
        ledger=Ledger(environment.ledger_table),
        alarms=CloudWatchGuards(),
        failer=StepFunctionsExecutions(),
        announcer=BusAndTopic.of(environment),
        clock=SystemClock(),
    )
    count(f"Alarm{remedy.verdict.title().replace('-', '')}")
    return remedy.as_dict()
