"""Hold Event: the instances of a known event, and the way down after it."""

from slipway.adapters.activities import VariantActivities
from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.adapters.scaling import VariantScaling
from slipway.adapters.schedules import EventSchedules
from slipway.adapters.usage import EndpointUsage
from slipway.entry import Event, Result, entrypoint
from slipway.environment import ScheduleEnvironment, read_environment
from slipway.usecases.event_call import Account, EventCall
from slipway.usecases.hold_event import hold_event


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{phase, reason}` and the limits to a schedule of the event."""
    told = read_environment(ScheduleEnvironment)
    account = Account(
        endpoints=SageMakerEndpoints(),
        bounds=VariantScaling(),
        usage=EndpointUsage(),
        activities=VariantActivities(),
        announcer=BusAndTopic.of(told),
        schedules=EventSchedules(told.schedule_role_arn, told.dead_letters_arn),
    )
    ledger = Ledger(told.ledger_table)
    return hold_event(EventCall.parse(event), account, ledger=ledger, clock=SystemClock())
