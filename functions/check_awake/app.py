"""Check Awake: compare what SageMaker made with what slept."""

from slipway.adapters.clock import SystemClock
from slipway.adapters.container_log import EndpointLogs
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.entry import Event, Result, entrypoint
from slipway.environment import LedgerEnvironment, read_environment
from slipway.usecases.check_awake import check_awake
from slipway.usecases.reference import ReleaseRef


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{verdict, status, short, elsewhere}`."""
    environment = read_environment(LedgerEnvironment)
    return check_awake(
        ReleaseRef.parse(event),
        ledger=Ledger(environment.ledger_table),
        endpoints=SageMakerEndpoints(),
        log=EndpointLogs(),
        clock=SystemClock(),
    ).as_dict()
