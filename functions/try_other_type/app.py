"""Try Other Type: AWS has no capacity for a first release's instances."""

from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.entry import Event, Result, entrypoint
from slipway.environment import LedgerEnvironment, read_environment
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.try_other_type import try_other_type


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{verdict, instance_type}`."""
    environment = read_environment(LedgerEnvironment)
    return try_other_type(
        ReleaseRef.parse(event),
        ledger=Ledger(environment.ledger_table),
        endpoints=SageMakerEndpoints(),
        clock=SystemClock(),
    ).as_dict()
