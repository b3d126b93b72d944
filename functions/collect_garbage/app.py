"""Collect Garbage: remove what nothing refers to any more."""

from slipway.adapters.artifacts import S3Artifacts
from slipway.adapters.clock import SystemClock
from slipway.adapters.cloudwatch import CloudWatchGuards
from slipway.adapters.ledger import Ledger
from slipway.adapters.monitoring import MonitoringBucket
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.adapters.scaling import VariantScaling
from slipway.entry import Event, Result, entrypoint
from slipway.environment import GarbageEnvironment, read_environment
from slipway.usecases.collect_garbage import collect_garbage
from slipway.usecases.reference import ReleaseRef


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{removed}`, the releases that are no longer kept."""
    environment = read_environment(GarbageEnvironment)
    return collect_garbage(
        ReleaseRef.parse(event),
        ledger=Ledger(environment.ledger_table),
        endpoints=SageMakerEndpoints(),
        scaling=VariantScaling(),
        guards=CloudWatchGuards(),
        store=S3Artifacts(environment.artifact_bucket),
        shelf=MonitoringBucket(environment.monitoring_bucket),
        clock=SystemClock(),
    )
