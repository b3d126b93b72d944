"""Tell Drift: what began, got worse or is over; and the end of the run."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.gauges import EmbeddedGauges
from slipway.adapters.ledger import Ledger
from slipway.adapters.monitoring import MonitoringBucket
from slipway.entry import Event, Result, entrypoint
from slipway.environment import ReportingEnvironment, read_environment
from slipway.usecases.drift_run import RunRef
from slipway.usecases.tell_drift import Done, DriftTeller


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{verdict, reason, told}`, the kinds of the events."""
    told = read_environment(ReportingEnvironment)
    teller = DriftTeller(
        ledger=Ledger(told.ledger_table),
        shelf=MonitoringBucket(told.monitoring_bucket),
        announcer=BusAndTopic.of(told),
        gauges=EmbeddedGauges("Slipway/Drift"),
        clock=SystemClock(),
    )
    return teller.tell(RunRef.parse(event), Done.parse(event))
