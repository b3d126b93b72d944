"""Wake Endpoint: make it again, with its configuration, tags and counts."""

from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, entrypoint
from slipway.environment import LedgerEnvironment, read_environment
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.wake_endpoint import wake_endpoint


@entrypoint
def handler(event: Event) -> Result:
    """Answer nothing: the task ends when its token comes back."""
    environment = read_environment(LedgerEnvironment)
    wake_endpoint(
        ReleaseRef.parse(event),
        event["token"],
        ledger=Ledger(environment.ledger_table),
        endpoints=SageMakerEndpoints(),
        waker=StepFunctionsExecutions(),
        clock=SystemClock(),
    )
    return {}
