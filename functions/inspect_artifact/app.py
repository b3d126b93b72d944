"""Inspect Artifact: read every byte, keep what passed under its digest."""

from slipway.adapters.artifacts import S3Artifacts
from slipway.adapters.ledger import Ledger
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.entry import Event, Result, entrypoint
from slipway.environment import ArtifactEnvironment, read_environment
from slipway.usecases.inspect_release import inspect_release
from slipway.usecases.reference import ReleaseRef


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{verdict, sha256}`; what was found is in the ledger."""
    environment = read_environment(ArtifactEnvironment)
    return inspect_release(
        ReleaseRef.parse(event),
        region=environment.aws_region,
        ledger=Ledger(environment.ledger_table),
        store=S3Artifacts(environment.artifact_bucket),
        endpoints=SageMakerEndpoints(),
    )
