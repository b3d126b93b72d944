"""Plan Release: refuse what cannot work before anything is made."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.artifacts import S3Artifacts
from slipway.adapters.clock import SystemClock
from slipway.adapters.fleet import AccountFleet
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.entry import Event, Result, entrypoint
from slipway.environment import PlanningEnvironment, read_environment
from slipway.usecases.plan_release import plan_release
from slipway.usecases.reference import ReleaseRef


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{action, summary}`; the plan itself is in the ledger."""
    environment = read_environment(PlanningEnvironment)
    return plan_release(
        ReleaseRef.parse(event),
        region=environment.aws_region,
        ledger=Ledger(environment.ledger_table),
        store=S3Artifacts(environment.artifact_bucket),
        fleet=AccountFleet(),
        endpoints=SageMakerEndpoints(),
        announcer=BusAndTopic.of(environment),
        clock=SystemClock(),
    )
