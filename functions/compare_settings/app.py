"""Compare Settings: whether the endpoint is as its settings say."""

from slipway.adapters.artifacts import S3Artifacts
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.mirror import AccountMirror
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.adapters.schedules import EventSchedules
from slipway.entry import Event, Result, entrypoint
from slipway.environment import ComparingEnvironment, read_environment
from slipway.usecases.compare_settings import Comparer


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{differences}`, in words."""
    environment = read_environment(ComparingEnvironment)
    comparer = Comparer(
        environment.topic_arn,
        ledger=Ledger(environment.ledger_table),
        store=S3Artifacts(environment.artifact_bucket),
        endpoints=SageMakerEndpoints(),
        mirror=AccountMirror(),
        schedules=EventSchedules(),
        clock=SystemClock(),
    )
    return {"differences": comparer.compare(event["endpoint"])}
