"""Begin Drift: claim the run, if there is something to look at and nobody else does."""

from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, entrypoint
from slipway.environment import LedgerEnvironment, read_environment
from slipway.usecases.begin_drift import Glance, begin_drift


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{verdict, reason, endpoint, run, release}`."""
    begun = begin_drift(
        Glance.parse(event),
        ledger=Ledger(read_environment(LedgerEnvironment).ledger_table),
        executions=StepFunctionsExecutions(),
        clock=SystemClock(),
    )
    return begun.as_dict()
