"""Release what serves on another instance type: AWS refuses more of its own."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self

from slipway.domain.capacity.claims import put, refusal
from slipway.domain.capacity.next_type import types_after
from slipway.domain.capacity.refusal import without_another_type
from slipway.domain.naming import accepted_key
from slipway.domain.release import FINAL, Drop
from slipway.errors import ReleaseUnknown
from slipway.ports import EndpointBook, News, ReleaseBook
from slipway.usecases.change_claims import change_claims

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from slipway.domain.capacity.claims import Claims
    from slipway.domain.release import LiveRelease, ReleaseRecord
    from slipway.ports import Announcer, Clock, Starter

ElsewhereVerdict = Literal["started", "busy", "nothing"]


class ElsewhereBook(EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that know what serves and what else it may run on."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """What AWS refused.

    Parameters
    ----------
    reason : str
        Its words.
    began : str
        When the burst began that wants the instances: it tries each type once.
    floor : int
        How many it wants.
    """

    execution: str
    endpoint: str
    reason: str
    began: str
    floor: int

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> Self:
        """Read it from a state's payload."""
        return cls(
            str(event["execution"]),
            str(event["endpoint"]),
            str(event["reason"]),
            str(event["began"]),
            int(event["floor"]),
        )


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What was done about it.

    Parameters
    ----------
    verdict : str
        `started`: a release on another type. `busy`: something else changes the endpoint, try
        again. `nothing`: the spec allows no other type, or none that was not tried.
    """

    verdict: ElsewhereVerdict
    reason: str

    def as_dict(self) -> dict[str, str]:
        """Return plain values for the workflow."""
        return asdict(self)


def release_elsewhere(  # noqa: PLR0913 - the ports
    refusal: Refusal,
    *,
    machine: str,
    ledger: ElsewhereBook,
    starter: Starter,
    announcer: Announcer,
    clock: Clock,
) -> Elsewhere:
    """Start a release of the live artifact on the next type that the spec allows, and say so.

    The variant changes its type in one update, which builds nothing of the old one, and it goes the
    way of every release, with its smoke test and its way back. May be repeated: the execution is
    named, and each type is tried once in a burst.

    Parameters
    ----------
    machine : str
        ARN of the release workflow.
    """
    record = ledger.read_endpoint(refusal.endpoint)
    live = record.live
    if live is None:
        return Elsewhere("nothing", f"Endpoint {refusal.endpoint} serves nothing")
    release = ledger.read_release(record.name, live.release)
    allowed = types_after(release.policy.get("instance_types", ()), live.instance_type)
    at = clock.now().isoformat()
    drops = [_drop(release, kind, refusal.began, at) for kind in allowed]
    drop = next((each for each in drops if not _ended(each, ledger)), None)
    words = f"AWS refuses more instances of {live.instance_type}: {refusal.reason}"
    if drop is None or record.settling:
        _ask_for_some(refusal, ledger, clock.now())
    if drop and (record.lease or record.settling):
        return Elsewhere(
            "busy", f"{words}. Another type is tried when nothing changes {record.name}"
        )
    if drop:
        payload = {"drop": drop.as_dict(), "previous": "", "attempt": 1}
        starter.start(machine, f"{drop.digest}-1", payload)
    reason = f"{words}. {_what_follows(live, drop, allowed)}"
    announcer.announce(_news(refusal, live, reason))
    return Elsewhere("started" if drop else "nothing", reason)


def _ask_for_some(wanted: Refusal, ledger: EndpointBook, now: datetime) -> None:
    """Have scaling ask for fewer of the type that serves: no other one helps now."""

    def lower(claims: Claims) -> Claims:
        refused = refusal(claims, now)
        return put(claims, without_another_type(refused, wanted.floor)) if refused else claims

    change_claims(wanted.endpoint, lower, ledger=ledger)


def _ended(drop: Drop, ledger: ReleaseBook) -> bool:
    """Tell whether this type was tried in this burst, and came to its end."""
    try:
        return ledger.read_release(drop.endpoint, drop.release).outcome in FINAL
    except ReleaseUnknown:
        return False


def _what_follows(live: LiveRelease, drop: Drop | None, allowed: Sequence[str]) -> str:
    if drop:
        return f"Version {live.drop.version} is released on {drop.instance_type} instead"
    if allowed:
        return f"{', '.join(allowed)} came to nothing before: ask for a higher quota"
    return (
        "The spec allows no other instance type: add some to hosting.fallback_instance_types, "
        "or ask for a higher quota"
    )


def _drop(release: ReleaseRecord, kind: str, began: str, now: str) -> Drop:
    return Drop(
        endpoint=release.endpoint,
        version=release.drop.version,
        bucket=release.drop.bucket,
        key=accepted_key(str(release.inspection["accepted"]).split("/")[-2]),
        # Not an object version: the same for every try of the same burst.
        version_id=f"{release.release}@{began}/{kind}",
        last_modified=now,
        origin=release.release,
        instance_type=kind,
    )


def _news(refusal: Refusal, live: LiveRelease, reason: str) -> News:
    return News(
        "Burst Started",
        refusal.endpoint,
        reason,
        release=live.release,
        version=live.drop.version,
        execution=refusal.execution,
        facts={"floor": refusal.floor, "refused": refusal.reason},
    )
