"""Request Wake: a caller met an endpoint that sleeps; behind a function URL."""

from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, entrypoint
from slipway.environment import WakingEnvironment, read_environment
from slipway.usecases.request_wake import asked_for, request_wake


@entrypoint
def handler(event: Event) -> Result:
    """Answer an HTTP request for `/<endpoint>`: 200 if it serves, 202 if it wakes, 404."""
    environment = read_environment(WakingEnvironment)
    return request_wake(
        asked_for(event),
        ledger=Ledger(environment.ledger_table),
        starter=StepFunctionsExecutions(),
        clock=SystemClock(),
        machine=environment.rest_machine_arn,
    ).as_http()
