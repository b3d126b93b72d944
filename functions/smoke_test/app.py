"""Smoke Test: ask the new version the questions that came with it."""

from slipway.adapters.artifacts import S3Artifacts
from slipway.adapters.ledger import Ledger
from slipway.adapters.runtime import VariantInvoker
from slipway.entry import Event, Result, entrypoint
from slipway.environment import ArtifactEnvironment, read_environment
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.smoke_test import smoke_test


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{requests, tested}`."""
    environment = read_environment(ArtifactEnvironment)
    return smoke_test(
        ReleaseRef.parse(event),
        ledger=Ledger(environment.ledger_table),
        store=S3Artifacts(environment.artifact_bucket),
        invoker=VariantInvoker(),
    )
