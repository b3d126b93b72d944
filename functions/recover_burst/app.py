"""Recover Burst: hand back what a burst claimed whose execution ended without doing so."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.adapters.scaling import VariantScaling
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.domain.ended import Ended
from slipway.entry import Event, Result, entrypoint
from slipway.environment import AnnouncingEnvironment, read_environment
from slipway.usecases.recover_burst import recover_burst


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{verdict, reason}` to a `Step Functions Execution Status Change`."""
    environment = read_environment(AnnouncingEnvironment)
    return recover_burst(
        Ended.parse(event),
        ledger=Ledger(environment.ledger_table),
        endpoints=SageMakerEndpoints(),
        bounds=VariantScaling(),
        executions=StepFunctionsExecutions(),
        announcer=BusAndTopic.of(environment),
        clock=SystemClock(),
    )
