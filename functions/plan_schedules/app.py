"""Plan Schedules: what has to happen to the endpoint at its own times."""

from slipway.adapters.artifacts import S3Artifacts
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.adapters.scaling import VariantScaling
from slipway.adapters.schedules import EventSchedules
from slipway.entry import Event, Result, entrypoint
from slipway.environment import PlannedEnvironment, read_environment
from slipway.usecases.plan_schedules import Calls, plan_live_schedules
from slipway.usecases.reference import ReleaseRef


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{planned, events}`, the names of the events that have schedules."""
    told = read_environment(PlannedEnvironment)
    return plan_live_schedules(
        ReleaseRef.parse(event),
        Calls(told.hold_function_arn, told.rest_machine_arn, told.drift_machine_arn),
        ledger=Ledger(told.ledger_table),
        store=S3Artifacts(told.artifact_bucket),
        endpoints=SageMakerEndpoints(),
        bounds=VariantScaling(),
        schedules=EventSchedules(told.schedule_role_arn, told.dead_letters_arn),
        clock=SystemClock(),
    )
