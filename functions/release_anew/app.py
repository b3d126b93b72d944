"""Release Anew: what serves, with settings that only a new variant can have."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, entrypoint
from slipway.environment import ElsewhereEnvironment, read_environment
from slipway.usecases.reference import ReleaseRef
from slipway.usecases.released_anew import release_anew
from slipway.usecases.settings_key import arrived_key


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{release, reason}`."""
    environment = read_environment(ElsewhereEnvironment)
    return release_anew(
        ReleaseRef.parse(event),
        event["version"],
        event["changes"],
        arrived_key(event["input"]),
        machine=environment.release_machine_arn,
        ledger=Ledger(environment.ledger_table),
        starter=StepFunctionsExecutions(),
        announcer=BusAndTopic.of(environment),
        clock=SystemClock(),
    )
