"""Claim Release: decide which execution works on a drop."""

from slipway.adapters.announcements import BusAndTopic
from slipway.adapters.artifacts import S3Artifacts
from slipway.adapters.clock import SystemClock
from slipway.adapters.ledger import Ledger
from slipway.entry import Event, Result, entrypoint
from slipway.environment import AnnouncingEnvironment, read_environment
from slipway.usecases.claim_drop import Arrival, claim_drop


@entrypoint
def handler(event: Event) -> Result:
    """Answer `{verdict, endpoint, release, reason}`."""
    environment = read_environment(AnnouncingEnvironment)
    arrival = Arrival.parse(event["input"])
    return claim_drop(
        arrival,
        event["execution"],
        ledger=Ledger(environment.ledger_table),
        store=S3Artifacts(arrival.bucket),
        announcer=BusAndTopic.of(environment),
        clock=SystemClock(),
    ).as_dict()
