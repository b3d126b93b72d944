"""Retire Previous: leave the live variant alone on its endpoint."""

from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.adapters.scaling import VariantScaling
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, entrypoint
from slipway.environment import LedgerEnvironment, read_environment
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.retire_previous import retire_previous


@entrypoint
def handler(event: Event) -> Result:
    """Answer nothing: the task ends when its token comes back."""
    environment = read_environment(LedgerEnvironment)
    retire_previous(
        ReleaseRef.parse(event),
        event["token"],
        ledger=Ledger(environment.ledger_table),
        endpoints=SageMakerEndpoints(),
        scaling=VariantScaling(),
        waker=StepFunctionsExecutions(),
        clock=SystemClock(),
    )
    return {}
