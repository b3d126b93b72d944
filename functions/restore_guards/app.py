"""Restore Guards: the endpoint is watched and scaled as before it slept."""

from slipway.adapters.clock import SystemClock
from slipway.adapters.cloudwatch import CloudWatchGuards
from slipway.adapters.ledger import Ledger
from slipway.adapters.mirror import AccountMirror
from slipway.adapters.scaling import VariantScaling
from slipway.adapters.schedules import EventSchedules
from slipway.entry import Event, Result, entrypoint
from slipway.environment import LedgerEnvironment, read_environment
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.restore_guards import restore_guards


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{targets, alarms}`, how many came back."""
    environment = read_environment(LedgerEnvironment)
    return restore_guards(
        ReleaseRef.parse(event),
        ledger=Ledger(environment.ledger_table),
        mirror=AccountMirror(),
        guards=CloudWatchGuards(),
        schedules=EventSchedules(),
        scaling=VariantScaling(),
        clock=SystemClock(),
    )
