"""See whether there is something to look at, and whether nobody else looks at it right now."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self

from slipway.domain.drift.record import Run, run_id
from slipway.domain.naming import ReleaseNames
from slipway.errors import ServiceBusy
from slipway.ports import DriftBook, EndpointBook, ReleaseBook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.drift.record import DriftRecord
    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import LiveRelease
    from slipway.ports import Clock, Executions

# So long at most Step Functions may not know an execution that runs.
_YOUNG = timedelta(seconds=60)


class BeginningBook(DriftBook, EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that say what serves and who looks."""


@dataclass(frozen=True, slots=True)
class Glance:
    """What the workflow was started for.

    Parameters
    ----------
    due : str
        When the schedule was due, ISO 8601; empty if a person asks.
    """

    execution: str
    endpoint: str
    due: str = ""

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> Self:
        """Read a state's payload."""
        return cls(str(event["execution"]), str(event["endpoint"]), str(event.get("due") or ""))


@dataclass(frozen=True, slots=True)
class Begun:
    """Whether this execution looks.

    Parameters
    ----------
    verdict : {"look", "busy", "nothing"}
        `busy`: another execution looks, and will see what is there.
    """

    verdict: Literal["look", "busy", "nothing"]
    reason: str
    endpoint: str
    run: str = ""
    release: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return plain values for the workflow."""
        return asdict(self)


def begin_drift(
    asked: Glance, *, ledger: BeginningBook, executions: Executions, clock: Clock
) -> Begun:
    """Claim the run; may be repeated.

    A run whose execution ended without finishing is begun anew from the same captures: nothing of
    it has counted yet.

    Raises
    ------
    LedgerConflict
        If another execution claimed it at the same moment; decide anew.
    ServiceBusy
        If Step Functions does not know yet who has just claimed it.
    """
    record = ledger.read_drift(asked.endpoint)
    if record.run and record.run.owner == asked.execution:
        words = f"Run {record.run.id} goes on"
        return Begun("look", words, asked.endpoint, record.run.id, record.release)
    endpoint = ledger.read_endpoint(asked.endpoint)
    idle = _idle(asked, endpoint, record)
    if idle or endpoint.live is None:
        return Begun("nothing", idle, asked.endpoint)
    moment = clock.now()
    other = _other(record, executions, moment)
    if other:
        return Begun("busy", f"{other} looks at it right now", asked.endpoint)
    run = Run(
        run_id(asked.execution, moment.isoformat()),
        asked.execution,
        since=moment.isoformat(),
        due=asked.due,
    )
    since = _since(endpoint.live, record, ledger, moment.isoformat())
    record = replace(record.watching(endpoint.live, since), run=run)
    ledger.write_drift(record)
    return Begun("look", f"Run {run.id} begins", asked.endpoint, run.id, record.release)


def _since(live: LiveRelease, record: DriftRecord, ledger: ReleaseBook, now: str) -> str:
    """Return from when on what the variant was asked is the release's; empty: always was.

    Not before another one was last looked at: what serves again has been counted up to its
    replacement. A variant of another release's name has that release's captures, too.
    """
    if record.release == live.release:
        return record.since
    seen = record.watermark.until if record.watermark else record.since
    drop = live.drop
    if live.variant == ReleaseNames.of(drop.endpoint, drop.version, drop.digest).variant:
        return seen
    return max(seen, ledger.read_release(drop.endpoint, live.release).ended or now)


def _idle(asked: Glance, endpoint: EndpointRecord, record: DriftRecord) -> str:
    if endpoint.live is None:
        return f"Nothing serves {asked.endpoint}"
    if endpoint.asleep:
        return f"Endpoint {asked.endpoint} is {endpoint.asleep.words}"
    if asked.due and any(each.get("due") == asked.due for each in record.history):
        return f"What was due at {asked.due} is done"
    return ""


def _other(record: DriftRecord, executions: Executions, moment: datetime) -> str:
    run = record.run
    if run is None:
        return ""
    runs = executions.runs(run.owner)
    if runs is None and moment - datetime.fromisoformat(run.since) < _YOUNG:
        raise ServiceBusy(f"{run.owner} has just begun to look, and is not known yet")
    return run.owner if runs else ""
