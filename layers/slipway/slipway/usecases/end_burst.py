"""Hand a burst's instances back to target tracking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol, Self

from slipway.domain.capacity.claims import BURST, drop, of_source
from slipway.ports import EndpointBook, News, ReleaseBook
from slipway.usecases.apply_floor import apply_floor
from slipway.usecases.change_claims import change_claims

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.capacity.claims import Claims
    from slipway.ports import Announcer, Bounds, Clock, EndpointReader

_MINUTE = 60


class EndingBook(EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that the end of a burst touches."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Which burst ends.

    Parameters
    ----------
    floor : int
        What it claimed.
    began : str
        When, ISO 8601; empty for one that never claimed anything.
    reason : str
        Why it ends.
    """

    execution: str
    endpoint: str
    floor: int
    began: str
    reason: str

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> Self:
        """Read it from a state's payload."""
        return cls(
            str(event["execution"]),
            str(event["endpoint"]),
            int(event["floor"]),
            str(event["began"]),
            str(event["reason"]),
        )


def end_burst(  # noqa: PLR0913 - the ports
    ending: Ending,
    *,
    ledger: EndingBook,
    endpoints: EndpointReader,
    bounds: Bounds,
    announcer: Announcer,
    clock: Clock,
) -> dict[str, Any]:
    """Drop the claim, let scaling go by the demand again, and tell.

    May be repeated: what is dropped already stays so. Scaling in is then target tracking's affair,
    which waits until the demand has been low for a while.
    """

    def without(claims: Claims) -> Claims:
        own = of_source(claims, BURST)
        return drop(claims, BURST) if own and own.by == ending.execution else claims

    record = change_claims(ending.endpoint, without, ledger=ledger)
    applied = apply_floor(
        ending.endpoint, ledger=ledger, endpoints=endpoints, bounds=bounds, clock=clock
    )
    if ending.began:
        live = record.live
        announcer.announce(
            News(
                "Burst Ended",
                ending.endpoint,
                f"{ending.reason}. {applied.reason}",
                release=live.release if live else "",
                version=live.drop.version if live else "",
                execution=ending.execution,
                facts={
                    "floor": ending.floor,
                    "instances": applied.desired,
                    "minutes": _minutes(ending.began, clock.now()),
                },
            )
        )
    return applied.as_dict()


def _minutes(began: str, now: datetime) -> int:
    return round((now - datetime.fromisoformat(began)).total_seconds() / _MINUTE)
