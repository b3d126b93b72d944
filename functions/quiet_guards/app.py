"""Quiet Guards: what watches and scales the endpoint rests with it."""

from slipway.adapters.clock import SystemClock
from slipway.adapters.cloudwatch import CloudWatchGuards
from slipway.adapters.ledger import Ledger
from slipway.adapters.mirror import AccountMirror
from slipway.adapters.scaling import VariantScaling
from slipway.adapters.schedules import EventSchedules
from slipway.entry import Event, Result, entrypoint
from slipway.environment import LedgerEnvironment, read_environment
from slipway.usecases.quiet_guards import quiet_guards
from slipway.usecases.reference import ReleaseRef


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{paused}`, the schedules that rest."""
    environment = read_environment(LedgerEnvironment)
    return quiet_guards(
        ReleaseRef.parse(event),
        ledger=Ledger(environment.ledger_table),
        mirror=AccountMirror(),
        guards=CloudWatchGuards(),
        schedules=EventSchedules(),
        scaling=VariantScaling(),
        clock=SystemClock(),
    )
