"""Compensate: take away what a release made, bring back what served before."""

from slipway.adapters.artifacts import S3Artifacts
from slipway.adapters.clock import SystemClock
from slipway.adapters.cloudwatch import CloudWatchGuards
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.adapters.scaling import VariantScaling
from slipway.adapters.schedules import EventSchedules
from slipway.entry import Event, Result, entrypoint
from slipway.environment import ArtifactEnvironment, read_environment
from slipway.usecases.compensate_release import compensate_release
from slipway.usecases.reference import ReleaseRef


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{verdict, restored, left}`."""
    environment = read_environment(ArtifactEnvironment)
    return compensate_release(
        ReleaseRef.parse(event),
        ledger=Ledger(environment.ledger_table),
        endpoints=SageMakerEndpoints(),
        scaling=VariantScaling(),
        guards=CloudWatchGuards(),
        store=S3Artifacts(environment.artifact_bucket),
        schedules=EventSchedules(),
        clock=SystemClock(),
    ).as_dict()
