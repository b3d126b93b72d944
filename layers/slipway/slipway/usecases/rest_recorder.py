"""What an endpoint is at the end of the rest workflow, written and told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

from slipway.domain.capacity.rest import AGAIN
from slipway.domain.release import words_of_failure
from slipway.ports import DropBook, EndpointBook, ReleaseBook, TokenBin
from slipway.usecases.adopt_fallback import adopt_fallback
from slipway.usecases.provisioning import REMEMBERED
from slipway.usecases.rest_again import again_schedule, rest_again
from slipway.usecases.tell_rest import tell_asleep, tell_awake, tell_failure

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.capacity.rest import Asleep
    from slipway.domain.lease import EndpointRecord
    from slipway.ports import Announcer, Schedules
    from slipway.usecases.reference import ReleaseRef

# What fails for hours is told each hour.
_TELL_EACH = 4


class RestedBook(DropBook, EndpointBook, ReleaseBook, TokenBin, Protocol):
    """The parts of the ledger that the end of resting writes."""


@dataclass(frozen=True, slots=True)
class RestEnd:
    """How the workflow came to its end.

    Parameters
    ----------
    outcome : {"asleep", "awake", "held", "failed"}
        `held`: something keeps it awake, and nothing of it went. `failed`: the endpoint neither
        sleeps nor serves as it should, and is tried again.
    passes_lease : bool
        Whether the lease is this workflow's own; one that a release lent stays with it.
    failure : mapping
        Error and Cause of what failed, which an endpoint that serves again may have as well.
    short : str
        Which instances an endpoint that serves has not got, in words.
    again : {"wake", "sleep"}
        What is tried again after a failure.
    """

    outcome: Literal["asleep", "awake", "held", "failed"]
    passes_lease: bool = True
    failure: Mapping[str, Any] = field(default_factory=dict)
    short: str = ""
    again: Literal["wake", "sleep"] = "wake"

    @property
    def words(self) -> str:
        """What failed, in words; empty if nothing did."""
        return words_of_failure(self.failure) if self.failure else ""


@dataclass(frozen=True, slots=True)
class RestRecorder:
    """Writes and tells what an endpoint is at the end of the workflow."""

    ref: ReleaseRef
    end: RestEnd
    ledger: RestedBook
    schedules: Schedules
    announcer: Announcer
    now: datetime

    def asleep(self, record: EndpointRecord) -> str:
        """Record that it sleeps, and have it woken where no schedule of nights knows when."""
        asleep = record.asleep
        if asleep is None:
            return "It has been awake again"
        self.ledger.write_endpoint(replace(record, asleep=replace(asleep, phase="asleep")))
        if (asleep.by_hand or asleep.event) and asleep.until:
            self._later(max(datetime.fromisoformat(asleep.until), self.now + AGAIN), asleep)
        return tell_asleep(record, self.ref, self.announcer)

    def awake(self, record: EndpointRecord) -> str:
        """Record that it serves, with what it serves on and how long that took."""
        asleep = record.asleep
        woke = asleep is not None and asleep.phase == "waking"
        if asleep is not None:
            record = adopt_fallback(record, self.ledger)
            took = (asleep.took,) if asleep.took else ()
            measured = (*record.provisioning, *took)[-REMEMBERED:]
            record = replace(record, asleep=None, provisioning=measured)
            self.ledger.write_endpoint(record)
            self.schedules.remove(again_schedule(record.name))
        words = self.end.words
        if woke:
            words = tell_awake(record, asleep, self.ref, self.announcer, self.end.short)
        if self.end.failure:
            action = "wake" if woke else "sleep"
            tell_failure(record, action, self.end.words, self.ref, self.announcer)
        return words

    def held(self, record: EndpointRecord) -> str:
        """Change nothing: nothing of it went."""
        return f"Endpoint {record.name} stays awake"

    def failed(self, record: EndpointRecord) -> str:
        """Shout, and have it tried again."""
        asleep = record.asleep
        if asleep is not None:
            failures = asleep.failures + 1
            failed = replace(self._afresh(asleep), failures=failures)
            self.ledger.write_endpoint(replace(record, asleep=failed))
            self._later(self.now + AGAIN, asleep)
            if failures % _TELL_EACH != 1:
                return self.end.words
        action = self.end.again if asleep is not None else "sleep"
        return tell_failure(record, action, self.end.words, self.ref, self.announcer)

    def _afresh(self, asleep: Asleep) -> Asleep:
        """Forget which types had no capacity, once none of them had: later they may have some."""
        if self.end.failure.get("Error") != "CapacityRefused":
            return asleep
        return replace(
            asleep, tried=(), serves="", config=asleep.snapshot["config"]["EndpointConfigName"]
        )

    def _later(self, at: datetime, asleep: Asleep) -> None:
        rest_again(
            self.ref.endpoint,
            asleep,
            self.end.again,
            at=at,
            schedules=self.schedules,
            machine=self.ref.machine,
        )
