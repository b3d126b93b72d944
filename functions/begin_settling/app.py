"""Begin Settling: take the lease of an endpoint whose promoted release is due to settle."""

from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, entrypoint
from slipway.environment import LedgerEnvironment, read_environment
from slipway.usecases.begin_settling import begin_settling
from slipway.usecases.reference import ReleaseRef


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{verdict, release, previous}`."""
    environment = read_environment(LedgerEnvironment)
    return begin_settling(
        ReleaseRef.parse(event),
        ledger=Ledger(environment.ledger_table),
        executions=StepFunctionsExecutions(),
        clock=SystemClock(),
    ).as_dict()
