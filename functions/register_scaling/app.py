"""Register Scaling: target tracking for the variant that serves."""

from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.scaling import VariantScaling
from slipway.entry import Event, Result, entrypoint
from slipway.environment import LedgerEnvironment, read_environment
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.register_scaling import register_scaling


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{scaling}`, the resource that scales."""
    environment = read_environment(LedgerEnvironment)
    return register_scaling(
        ReleaseRef.parse(event),
        ledger=Ledger(environment.ledger_table),
        scaling=VariantScaling(),
        clock=SystemClock(),
    )
