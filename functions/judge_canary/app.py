"""Judge Canary: a look at the bake, each minute."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.gate import GateMetric
from slipway.adapters.ledger import Ledger
from slipway.adapters.measurements import VariantMetrics
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, entrypoint
from slipway.environment import AnnouncingEnvironment, read_environment
from slipway.usecases.judge_canary import judge_canary


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{verdict, reason}` to the schedule of a bake."""
    environment = read_environment(AnnouncingEnvironment)
    return judge_canary(
        event["endpoint"],
        event["release"],
        ledger=Ledger(environment.ledger_table),
        measurements=VariantMetrics(),
        failer=StepFunctionsExecutions(),
        gate=GateMetric(),
        endpoints=SageMakerEndpoints(),
        announcer=BusAndTopic.of(environment),
        clock=SystemClock(),
    )
