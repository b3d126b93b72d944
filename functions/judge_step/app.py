"""Judge Step: what follows the end of a bake."""

from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.measurements import VariantMetrics
from slipway.adapters.schedules import EventSchedules
from slipway.entry import Event, Result, entrypoint
from slipway.environment import LedgerEnvironment, read_environment
from slipway.usecases.judge_step import judge_step
from slipway.usecases.reference import ReleaseRef


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{action, step, tries, gate, reason}`."""
    environment = read_environment(LedgerEnvironment)
    return judge_step(
        ReleaseRef.parse(event),
        event["step"],
        event["tries"],
        ledger=Ledger(environment.ledger_table),
        measurements=VariantMetrics(),
        schedules=EventSchedules(),
        clock=SystemClock(),
    ).as_dict()
