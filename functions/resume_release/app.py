"""Resume: wake the release that waits for an endpoint."""

from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.domain.endpoint_change import changed_endpoint
from slipway.entry import Event, Result, entrypoint
from slipway.environment import LedgerEnvironment, read_environment
from slipway.usecases.resume_release import resume_release


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{woken}` to a `SageMaker Endpoint State Change`."""
    environment = read_environment(LedgerEnvironment)
    woken = resume_release(
        changed_endpoint(event),
        tokens=Ledger(environment.ledger_table),
        endpoints=SageMakerEndpoints(),
        waker=StepFunctionsExecutions(),
    )
    return {"woken": woken}
