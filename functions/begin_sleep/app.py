"""Begin Sleep: whether the endpoint may sleep now."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.mirror import AccountMirror
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, entrypoint
from slipway.environment import AnnouncingEnvironment, read_environment
from slipway.usecases.bedtime import Bedtime
from slipway.usecases.begin_sleep import begin_sleep


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{verdict, reason, release, until, event, holds, wait}`."""
    environment = read_environment(AnnouncingEnvironment)
    return begin_sleep(
        Bedtime.parse(event),
        ledger=Ledger(environment.ledger_table),
        mirror=AccountMirror(),
        executions=StepFunctionsExecutions(),
        announcer=BusAndTopic.of(environment),
        clock=SystemClock(),
    ).as_dict()
