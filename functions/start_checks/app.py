"""Start Checks: once a day, a look at every endpoint that serves."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, entrypoint
from slipway.environment import CheckingEnvironment, read_environment
from slipway.usecases.start_checks import start_checks


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{started, overdue}`, how many."""
    del event  # the schedule says nothing
    environment = read_environment(CheckingEnvironment)
    return start_checks(
        ledger=Ledger(environment.ledger_table),
        starter=StepFunctionsExecutions(),
        announcer=BusAndTopic.of(environment),
        machine=environment.reconcile_machine_arn,
        rest=environment.rest_machine_arn,
        clock=SystemClock(),
    )
