"""Shift Traffic: the next share, unless something speaks against it."""

from slipway.adapters.clock import SystemClock
from slipway.adapters.cloudwatch import CloudWatchGuards
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, entrypoint
from slipway.environment import LedgerEnvironment, read_environment
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.shift_traffic import shift_traffic


@entrypoint
def handler(event: Event) -> Result:
    """Answer nothing: the task ends when its token comes back."""
    environment = read_environment(LedgerEnvironment)
    shift_traffic(
        ReleaseRef.parse(event),
        event["step"],
        event["token"],
        ledger=Ledger(environment.ledger_table),
        endpoints=SageMakerEndpoints(),
        alarms=CloudWatchGuards(),
        waker=StepFunctionsExecutions(),
        clock=SystemClock(),
    )
    return {}
