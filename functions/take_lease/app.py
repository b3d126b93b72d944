"""Take Lease: one release of an endpoint at a time."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, entrypoint
from slipway.environment import AnnouncingEnvironment, read_environment
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.take_lease import take_lease


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{verdict, abandoned, settling}`."""
    environment = read_environment(AnnouncingEnvironment)
    return take_lease(
        ReleaseRef.parse(event),
        ledger=Ledger(environment.ledger_table),
        executions=StepFunctionsExecutions(),
        announcer=BusAndTopic.of(environment),
        clock=SystemClock(),
        waits=not event.get("recover"),
    ).as_dict()
