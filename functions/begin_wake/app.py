"""Begin Wake: the lease of an endpoint that has to wake."""

from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, entrypoint
from slipway.environment import LedgerEnvironment, read_environment
from slipway.usecases.bedtime import Bedtime
from slipway.usecases.begin_wake import begin_wake


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{verdict, reason, release, wait}`."""
    environment = read_environment(LedgerEnvironment)
    return begin_wake(
        Bedtime.parse(event),
        ledger=Ledger(environment.ledger_table),
        executions=StepFunctionsExecutions(),
        clock=SystemClock(),
    ).as_dict()
