"""Claim Burst: look at the demand, claim what it needs, have scaling act on it."""

from slipway.adapters.activities import VariantActivities
from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.cloudwatch import CloudWatchGuards
from slipway.adapters.demand import DemandMetrics
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.adapters.scaling import VariantScaling
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, entrypoint
from slipway.environment import AnnouncingEnvironment, read_environment
from slipway.usecases.burst_look import Look
from slipway.usecases.claim_burst import Bursting


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{verdict, reason, floor, until, began, count, since, seconds}`."""
    environment = read_environment(AnnouncingEnvironment)
    bursting = Bursting(
        ledger=Ledger(environment.ledger_table),
        endpoints=SageMakerEndpoints(),
        bounds=VariantScaling(),
        demand=DemandMetrics(),
        alarms=CloudWatchGuards(),
        activities=VariantActivities(),
        executions=StepFunctionsExecutions(),
        announcer=BusAndTopic.of(environment),
        clock=SystemClock(),
    )
    return bursting.look(Look.parse(event)).as_dict()
