"""An endpoint that sleeps, and what it takes to be the same when it wakes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal

from slipway.domain.capacity.claims import BURST, EVENT_PREFIX

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slipway.domain.lease import EndpointRecord

KEEP_AWAKE = "slipway:keep-awake"
"""The tag of an endpoint that must not sleep, whatever its value but `false`."""

AGAIN = timedelta(minutes=15)
"""How long until an endpoint that must not sleep, or does not wake, is tried again."""

# So long after its time an endpoint may still sleep because AWS or other endpoints are busy.
_PATIENCE = timedelta(hours=1)
# What is assumed of an endpoint whose fleets nobody has measured.
USUAL_PROVISIONING = timedelta(minutes=10)

# SageMaker deletes within minutes and tells nobody when it is done: the next look is five later.
_REMOVAL = timedelta(minutes=10)
# What an endpoint has to save at least for the risk of not coming back.
_WORTH = timedelta(minutes=15)

Phase = Literal["falling", "asleep", "waking"]


@dataclass(frozen=True, slots=True)
class Asleep:
    """What the ledger remembers of an endpoint that sleeps.

    Parameters
    ----------
    since, until : str
        When it went to sleep and when it is due to wake, ISO 8601 in UTC; `until` is empty if
        somebody has to wake it.
    config : str
        The endpoint configuration that it wakes with.
    snapshot : mapping
        What else has to be as it was, as plain values: `config` (what CreateEndpointConfig was
        asked), `tags`, `counts` by variant, `targets`, `policies` and `alarms` (requests that make
        them), `paused` schedules, and `types`, the instance types to wake on, in this order.
    phase : {"falling", "asleep", "waking"}
        The two others are what an execution that ended has to be followed by.
    tried : tuple of str
        The instance types that AWS had no capacity for since the endpoint wakes.
    woken : str
        When waking began.
    asked : str
        When SageMaker was last asked for the endpoint.
    took : int
        After how many seconds it was in service then; 0 until it is.
    failures : int
        How often waking failed since it slept.
    by_hand : bool
        Whether a person sent it to sleep: no schedule may know when it is due to wake.
    event : str
        The known event that it has to wake for: no schedule of nights knows when.
    serves : str
        The instance type on which it serves already, with fewer instances than it needs, while
        another type is tried.
    """

    since: str
    until: str
    config: str
    snapshot: Mapping[str, Any] = field(default_factory=dict)
    phase: Phase = "falling"
    tried: tuple[str, ...] = ()
    woken: str = ""
    asked: str = ""
    took: int = 0
    failures: int = 0
    by_hand: bool = False
    event: str = ""
    serves: str = ""

    @property
    def words(self) -> str:
        """What `slipway status` calls the endpoint."""
        return {"falling": "falling asleep", "asleep": "asleep", "waking": "waking"}[self.phase]

    def overdue(self, now: datetime) -> bool:
        """Tell whether the endpoint should have been awake for long."""
        return bool(self.until) and now - datetime.fromisoformat(self.until) > _PATIENCE

    def ready_at(
        self, now: datetime, provisioning: Sequence[int], *, wakes: bool = True
    ) -> datetime:
        """Return when the endpoint will probably serve if it is woken now.

        Parameters
        ----------
        provisioning : sequence of int
            How many seconds its last fleets took.
        wakes : bool
            Whether an execution wakes it: what one has given up begins anew.
        """
        usual = usual_provisioning(provisioning)
        began = datetime.fromisoformat(self.woken) if self.phase == "waking" and wakes else now
        # What takes longer than usual will not be ready at once either.
        return max(began + usual, now + timedelta(minutes=1))


def usual_provisioning(measured: Sequence[int]) -> timedelta:
    """Return how long an endpoint takes to come into service, from the last fleets' seconds."""
    return timedelta(seconds=max(measured)) if measured else USUAL_PROVISIONING


def too_short(night: timedelta, measured: Sequence[int]) -> bool:
    """Tell whether an endpoint would have to wake before it has slept.

    Parameters
    ----------
    night : timedelta
        From now until it is due to wake.
    measured : sequence of int
        How many seconds its last fleets took.
    """
    return night < _REMOVAL + usual_provisioning(measured) + _WORTH


def obstacle(record: EndpointRecord, tags: Mapping[str, str], now: datetime) -> str:
    """Say in words why an endpoint must not sleep now; empty if it may.

    Whether somebody else holds its lease is not decided here: that needs a look at executions.
    """
    if record.parked:
        return f"version {record.parked.drop.version} waits to be released"
    if record.abandoned:
        return f"release {record.abandoned[0]} ended unfinished and is not cleared away yet"
    for claim in record.claims:
        demands = claim.source == BURST or claim.source.startswith(EVENT_PREFIX)
        if demands and claim.floor and claim.lasts(now):
            name = claim.source.removeprefix(EVENT_PREFIX)
            return f"{name} holds {claim.floor} instances until {claim.until or 'it is over'}"
    if tags.get(KEEP_AWAKE, "false").lower() != "false":
        return f"it has the tag {KEEP_AWAKE}={tags[KEEP_AWAKE]}"
    return ""


def rings_on_silence(alarm: Mapping[str, Any]) -> bool:
    """Tell whether an alarm would ring because its endpoint sleeps: Slipway's own do not."""
    return bool(alarm.get("TreatMissingData") == "breaching")


def quiet(alarm: Mapping[str, Any]) -> dict[str, Any]:
    """Return an alarm that takes the silence of an endpoint that sleeps for health."""
    return {**alarm, "TreatMissingData": "notBreaching"}
