"""Take Snapshot: all that the endpoint is made of, before anything of it goes."""

from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.mirror import AccountMirror
from slipway.adapters.sagemaker import SageMakerEndpoints
from slipway.entry import Event, Result, entrypoint
from slipway.environment import LedgerEnvironment, read_environment
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.take_snapshot import Night, take_snapshot


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{config}`."""
    environment = read_environment(LedgerEnvironment)
    return take_snapshot(
        ReleaseRef.parse(event),
        Night(event["until"], by_hand=bool(event["by_hand"]), event=event["event"]),
        ledger=Ledger(environment.ledger_table),
        endpoints=SageMakerEndpoints(),
        mirror=AccountMirror(),
        clock=SystemClock(),
    )
