"""Record: the outcome, the news, and the lease to whom it is due."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.adapters.step_functions import StepFunctionsExecutions
from slipway.entry import Event, Result, count, entrypoint
from slipway.environment import AnnouncingEnvironment, read_environment
from slipway.usecases.record_release import End, record_release
from slipway.usecases.reference import ReleaseRef


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{outcome, reason, handed_to}`."""
    environment = read_environment(AnnouncingEnvironment)
    recorded = record_release(
        ReleaseRef.parse(event),
        End(event["outcome"], event.get("failure") or {}, event.get("cleaned") or {}),
        ledger=Ledger(environment.ledger_table),
        starter=StepFunctionsExecutions(),
        announcer=BusAndTopic.of(environment),
        clock=SystemClock(),
    )
    count(f"Release{recorded.outcome.title().replace('-', '')}")
    return recorded.as_dict()
