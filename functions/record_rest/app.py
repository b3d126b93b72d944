"""Record Rest: what the endpoint is now, and the lease to whom it is due."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.schedules import EventSchedules
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, entrypoint
from slipway.environment import ScheduleEnvironment, read_environment
from slipway.usecases.record_rest import record_rest
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.rest_recorder import RestEnd


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{reason, handed_to}`."""
    environment = read_environment(ScheduleEnvironment)
    return record_rest(
        ReleaseRef.parse(event),
        RestEnd(
            event["outcome"],
            event["passes_lease"],
            event.get("failure") or {},
            short=event.get("short") or "",
            again=event.get("again", "wake"),
        ),
        ledger=Ledger(environment.ledger_table),
        starter=StepFunctionsExecutions(),
        schedules=EventSchedules(environment.schedule_role_arn, environment.dead_letters_arn),
        announcer=BusAndTopic.of(environment),
        clock=SystemClock(),
    )
