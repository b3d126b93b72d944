"""Remove Endpoint: ask SageMaker to delete it, and look whether it is gone."""

from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.entry import Event, Result, entrypoint
from slipway.environment import LedgerEnvironment, read_environment
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.remove_endpoint import remove_endpoint


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{gone}`."""
    environment = read_environment(LedgerEnvironment)
    return remove_endpoint(
        ReleaseRef.parse(event),
        ledger=Ledger(environment.ledger_table),
        endpoints=SageMakerEndpoints(),
        clock=SystemClock(),
    )
