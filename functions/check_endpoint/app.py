"""Check Endpoint: compare what serves with what was asked for."""

from slipway.adapters.clock import SystemClock
from slipway.adapters.container_log import EndpointLogs
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.entry import Event, Result, entrypoint
from slipway.environment import LedgerEnvironment, read_environment
from slipway.usecases.check_endpoint import check_endpoint
from slipway.usecases.reference import ReleaseRef


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{verdict, status}`."""
    environment = read_environment(LedgerEnvironment)
    return check_endpoint(
        ReleaseRef.parse(event),
        ledger=Ledger(environment.ledger_table),
        endpoints=SageMakerEndpoints(),
        log=EndpointLogs(),
        clock=SystemClock(),
        stage=event.get("stage", ""),
        again=bool(event.get("again")),
    ).as_dict()
