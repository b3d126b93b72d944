"""Shift Back: all of the traffic to what served before, at once."""

from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.entry import Event, Result, entrypoint
from slipway.environment import LedgerEnvironment, read_environment
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.shift_back import shift_back


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{shifted}`."""
    environment = read_environment(LedgerEnvironment)
    return shift_back(
        ReleaseRef.parse(event),
        ledger=Ledger(environment.ledger_table),
        endpoints=SageMakerEndpoints(),
        clock=SystemClock(),
    )
