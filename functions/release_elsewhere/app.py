"""Release Elsewhere: what serves, on another instance type."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, entrypoint
from slipway.environment import ElsewhereEnvironment, read_environment
from slipway.usecases.release_elsewhere import Refusal, release_elsewhere


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{verdict, reason}`."""
    environment = read_environment(ElsewhereEnvironment)
    return release_elsewhere(
        Refusal.parse(event),
        machine=environment.release_machine_arn,
        ledger=Ledger(environment.ledger_table),
        starter=StepFunctionsExecutions(),
        announcer=BusAndTopic.of(environment),
        clock=SystemClock(),
    ).as_dict()
