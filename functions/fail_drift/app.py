"""Fail Drift: a look at the traffic failed."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.entry import Event, Result, count, entrypoint
from slipway.environment import AnnouncingEnvironment, read_environment
from slipway.usecases.drift_run import RunRef
from slipway.usecases.fail_drift import fail_drift


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{reason}`."""
    told = read_environment(AnnouncingEnvironment)
    failed = fail_drift(
        RunRef.parse(event),
        event["failure"],
        ledger=Ledger(told.ledger_table),
        announcer=BusAndTopic.of(told),
        clock=SystemClock(),
    )
    count("DriftCheckFailed")
    return failed
