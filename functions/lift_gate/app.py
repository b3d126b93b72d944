"""Lift Gate: a guarded deployment is over."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.cloudwatch import CloudWatchGuards
from slipway.adapters.ledger import Ledger
from slipway.adapters.measurements import VariantMetrics
from slipway.adapters.schedules import EventSchedules
from slipway.entry import Event, Result, entrypoint
from slipway.environment import AnnouncingEnvironment, read_environment
from slipway.usecases.lift_gate import lift_gate
from slipway.usecases.reference import ReleaseRef


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{judgements}`."""
    environment = read_environment(AnnouncingEnvironment)
    return lift_gate(
        ReleaseRef.parse(event),
        ledger=Ledger(environment.ledger_table),
        guards=CloudWatchGuards(),
        schedules=EventSchedules(),
        measurements=VariantMetrics(),
        announcer=BusAndTopic.of(environment),
        clock=SystemClock(),
    )
