"""What a burst's execution carries from look to look."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

from slipway.ports import News

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.capacity.claims import Claim
    from slipway.domain.release import ReleaseRecord

BurstVerdict = Literal["watching", "holding", "refused", "unneeded", "joined", "over"]

# While the instances have not been asked for, each look is a try.
SOON, LATER = 20, 60
# An alarm tells an edge: what is not plain yet while it rings would not be told again.
WATCH, WATCHES = 10, 12


@dataclass(frozen=True, slots=True)
class Look:
    """Which look of which execution.

    Parameters
    ----------
    first : bool
        Whether the execution has not claimed anything yet.
    count : int
        How many instances served at the look before; 0 at the first one.
    since : str
        Since when, ISO 8601; empty if it never changed.
    looks : int
        How many looks there were before.
    alarm : str
        What started the burst, in words.
    """

    execution: str
    endpoint: str
    first: bool = True
    count: int = 0
    since: str = ""
    looks: int = 0
    alarm: str = ""

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> Self:
        """Read it from a state's payload."""
        return cls(
            str(event["execution"]),
            str(event["endpoint"]),
            first=bool(event["first"]),
            count=int(event["count"]),
            since=str(event["since"]),
            looks=int(event["looks"]),
            alarm=str(event["alarm"]),
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look found and did.

    Parameters
    ----------
    verdict : str
        `watching`: nothing is claimed yet, look again after `seconds`. `holding`: look again
        likewise. `refused`: so, but AWS refuses some of the instances. `unneeded`: there is
        nothing to claim. `joined`: another execution holds the burst. `over`: what is claimed may
        be handed back.
    """

    verdict: BurstVerdict
    reason: str
    endpoint: str
    floor: int = 0
    until: str = ""
    began: str = ""
    count: int = 0
    since: str = ""
    seconds: int = LATER

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for the workflow."""
        return asdict(self)


def burst_started(
    live: ReleaseRecord, look: Look, claim: Claim, instances: int, reason: str
) -> News:
    """Return what people hear of a burst that begins, with so many instances that serve."""
    return News(
        "Burst Started",
        look.endpoint,
        f"At least {claim.floor} instances until {claim.until}: {reason}",
        release=live.release,
        version=live.drop.version,
        execution=look.execution,
        facts={
            "floor": claim.floor,
            "instances": instances,
            "until": claim.until,
            "alarm": look.alarm,
        },
    )
