"""Promote: the version that has all of the traffic is the live one."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.cloudwatch import CloudWatchGuards
from slipway.adapters.ledger import Ledger
from slipway.adapters.scaling import VariantScaling
from slipway.adapters.schedules import EventSchedules
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, count, entrypoint
from slipway.environment import SettlingEnvironment, read_environment
from slipway.usecases.promote_release import promote_release
from slipway.usecases.reference import ReleaseRef


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{outcome, reason, handed_to}`."""
    environment = read_environment(SettlingEnvironment)
    recorded = promote_release(
        ReleaseRef.parse(event),
        ledger=Ledger(environment.ledger_table),
        alarms=CloudWatchGuards(),
        scaling=VariantScaling(),
        starter=StepFunctionsExecutions(),
        announcer=BusAndTopic.of(environment),
        schedules=EventSchedules(environment.schedule_role_arn),
        settle=environment.settle_machine_arn,
        clock=SystemClock(),
    )
    count("ReleaseSucceeded")
    return recorded.as_dict()
