"""Try Canary: golden and captured requests, before any user's."""

from slipway.adapters.artifacts import S3Artifacts
from slipway.adapters.captures import CaptureBucket
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.runtime import VariantInvoker
from slipway.entry import Event, Result, entrypoint
from slipway.environment import TryingEnvironment, read_environment
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.try_canary import try_canary


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{verdict, reason}`."""
    environment = read_environment(TryingEnvironment)
    return try_canary(
        ReleaseRef.parse(event),
        ledger=Ledger(environment.ledger_table),
        store=S3Artifacts(environment.artifact_bucket),
        captures=CaptureBucket(environment.monitoring_bucket),
        invoker=VariantInvoker(),
        clock=SystemClock(),
    )
