"""Begin Reconcile: what an endpoint.yaml, or a look at an endpoint, asks for."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.artifacts import S3Artifacts
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, entrypoint
from slipway.environment import PlanningEnvironment, read_environment
from slipway.usecases.begin_reconcile import Reconciler
from slipway.usecases.reconciling import Asked


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{verdict, reason, endpoint, release, version, changes}`."""
    environment = read_environment(PlanningEnvironment)
    reconciler = Reconciler(
        environment.aws_region,
        ledger=Ledger(environment.ledger_table),
        store=S3Artifacts(environment.artifact_bucket),
        executions=StepFunctionsExecutions(),
        announcer=BusAndTopic.of(environment),
        clock=SystemClock(),
    )
    return reconciler.begin(Asked.parse(event)).as_dict()
