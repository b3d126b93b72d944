"""Apply Floor: what is claimed, once more when an endpoint is back in service."""

from slipway.adapters.activities import VariantActivities
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.adapters.scaling import VariantScaling
from slipway.domain.endpoint_change import changed_endpoint
from slipway.entry import Event, Result, entrypoint
from slipway.environment import LedgerEnvironment, read_environment
from slipway.usecases.reapply_floor import reapply_floor


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{verdict, reason}` and the limits to a `SageMaker Endpoint State Change`."""
    environment = read_environment(LedgerEnvironment)
    return reapply_floor(
        changed_endpoint(event),
        ledger=Ledger(environment.ledger_table),
        endpoints=SageMakerEndpoints(),
        bounds=VariantScaling(),
        activities=VariantActivities(),
        clock=SystemClock(),
    ).as_dict()
