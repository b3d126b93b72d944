"""What people and programs hear of sleep and waking."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.ports import News

if TYPE_CHECKING:
    from slipway.domain.capacity.rest import Asleep
    from slipway.domain.lease import EndpointRecord
    from slipway.ports import Announcer
    from slipway.usecases.reference import ReleaseRef


def tell_asleep(record: EndpointRecord, ref: ReleaseRef, announcer: Announcer) -> str:
    """Announce that the endpoint sleeps; return the words."""
    until = record.asleep.until if record.asleep else ""
    event = record.asleep.event if record.asleep else ""
    why = f", when it wakes for {event}," if event else ""
    end = f"until {until}{why}" if until else "until somebody wakes it"
    words = f"Endpoint {record.name} sleeps {end} and costs nothing"
    announcer.announce(_news("Endpoint Asleep", record, words, ref, {"until": until}))
    return words


def tell_awake(
    record: EndpointRecord,
    asleep: Asleep | None,
    ref: ReleaseRef,
    announcer: Announcer,
    short: str = "",
) -> str:
    """Announce that the endpoint serves again; return the words.

    Parameters
    ----------
    short : str
        Which instances it has not got; it is scaled all the same.
    """
    kind = record.live.instance_type if record.live else ""
    slept = str(asleep.snapshot["types"][0]) if asleep else kind
    other = f", on {kind} because AWS had no capacity for {slept}" if kind != slept else ""
    how = f"serves with {short}: AWS gives no more now" if short else "serves as before"
    words = f"Endpoint {record.name} is awake and {how}{other}"
    since = asleep.since if asleep else ""
    facts = {"asleep_since": since, "instance_type": kind}
    announcer.announce(_news("Endpoint Awake", record, words, ref, facts))
    return words


def tell_failure(
    record: EndpointRecord, action: str, problem: str, ref: ReleaseRef, announcer: Announcer
) -> str:
    """Shout that the endpoint did not sleep or wake as it should; return the words.

    Parameters
    ----------
    action : {"sleep", "wake"}
        What was tried.
    """
    half = record.asleep is not None and record.asleep.phase == "falling"
    if action == "sleep":
        state = "is half asleep" if half else "could not be sent to sleep"
    else:
        state = "sleeps and does not wake" if record.asleep else "woke, but not as it should"
    words = f"Endpoint {record.name} {state}: {problem}"
    announcer.announce(_news("Endpoint Rest Failed", record, words, ref, {"action": action}))
    return words


def _news(
    kind: str, record: EndpointRecord, words: str, ref: ReleaseRef, facts: dict[str, str]
) -> News:
    live = record.live
    return News(
        kind,
        record.name,
        words,
        release=live.release if live else "",
        version=live.drop.version if live else "",
        execution=ref.execution,
        facts=facts,
    )
