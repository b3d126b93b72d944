"""Add Canary: store the task token, then ask for the new variant beside what serves."""

from slipway.adapters.artifacts import AcceptedCopies
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.adapters.scaling import VariantScaling
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.domain.hosting_requests import Network
from slipway.entry import Event, Result, entrypoint
from slipway.environment import HostingEnvironment, read_environment
from slipway.usecases.add_canary import add_canary
from slipway.usecases.create_endpoint import HostingAccount
from slipway.usecases.reference import ReleaseRef


@entrypoint
def handler(event: Event) -> Result:
    """Answer nothing: the task ends when its token comes back."""
    told = read_environment(HostingEnvironment)
    network = Network.parse(told.model_network)
    add_canary(
        ReleaseRef.parse(event),
        event["token"],
        HostingAccount(told.execution_role_arn, told.monitoring_bucket, told.key_arn, network),
        ledger=Ledger(told.ledger_table),
        endpoints=SageMakerEndpoints(),
        bounds=VariantScaling(),
        waker=StepFunctionsExecutions(),
        accepted=AcceptedCopies(),
        clock=SystemClock(),
    )
    return {}
