"""Claim a drop: the first state of a release."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, Protocol, Self

from slipway.domain.naming import InvalidKey, parse_model_key
from slipway.domain.readable import readable
from slipway.domain.release import FINAL, Drop, ReleaseRecord
from slipway.domain.sender import Sender
from slipway.domain.shortening import printable
from slipway.errors import DropGone, DropUnreadable, ReleaseUnknown
from slipway.ports import Announcer, Clock, DropBook, DropStore, News, ReleaseBook
from slipway.usecases.spec_key import NO_SPEC, spec_key

if TYPE_CHECKING:
    from collections.abc import Mapping

# `models/<endpoint>/…`: with fewer, what follows is a file's name.
_FOLDERS = 2
_LONGEST_NAME = 63


class ClaimBook(DropBook, ReleaseBook, Protocol):
    """The parts of the ledger that a claim writes."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """An object version that is to be released, by S3's event or by a release that handed over.

    Parameters
    ----------
    previous : str
        The execution that parked the drop, or that died with it; empty for a new one.
    drop : Drop, optional
        A drop that is known already.
    recover : str
        Why the release has to go back, because its execution died; empty if it goes on.
    sender : Sender
        Who put it there, as S3's event says.
    """

    bucket: str
    key: str
    version_id: str
    sequencer: str
    previous: str = ""
    attempt: int = 1
    drop: Drop | None = None
    recover: str = ""
    sender: Sender = Sender()

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> Self:
        """Read S3's `Object Created` event, or the input of an execution that Slipway starts.

        Raises
        ------
        EventUnreadable
            It is neither: a person may have started the execution.
        """
        with readable("event of S3, and no drop"):
            return cls._of_drop(event) if "drop" in event else cls._of_event(event)

    @classmethod
    def _of_drop(cls, event: Mapping[str, Any]) -> Self:
        drop = Drop.from_dict(event["drop"])
        return cls(
            drop.bucket,
            drop.key,
            drop.version_id,
            drop.sequencer,
            previous=str(event["previous"]),
            attempt=int(event["attempt"]),
            drop=drop,
            recover=str(event.get("recover", "")),
        )

    @classmethod
    def _of_event(cls, event: Mapping[str, Any]) -> Self:
        thing = event["detail"]["object"]
        return cls(
            str(event["detail"]["bucket"]["name"]),
            str(thing["key"]),
            str(thing.get("version-id", "")),
            str(thing.get("sequencer", "")),
            sender=Sender.of(event),
        )


@dataclass(frozen=True, slots=True)
class Claim:
    """Whether this execution goes on with the drop."""

    verdict: Literal["claimed", "duplicate", "refused"]
    endpoint: str
    release: str = ""
    reason: str = ""
    recover: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return plain values for the workflow."""
        return asdict(self)


def claim_drop(  # noqa: PLR0913 - the ports
    arrival: Arrival,
    execution: str,
    *,
    ledger: ClaimBook,
    store: DropStore,
    announcer: Announcer,
    clock: Clock,
) -> Claim:
    """Make this execution the one that releases the object version, or tell it to end.

    EventBridge delivers at least once and cannot name executions, so the conditional write on
    bucket, key and version id decides. The owner may enter again. The release is bound to the
    settings of this moment: those of a later drop, which may wait meanwhile, are not its own.
    """
    drop, problem = drop_of(arrival)
    if ledger.claim_drop(drop, execution, arrival.previous) != execution:
        return Claim("duplicate", drop.endpoint, drop.release)
    if problem:
        return _refuse(drop, problem, execution, ledger, announcer)
    try:
        drop = _dated(drop, arrival, store)
    except (DropGone, DropUnreadable) as problem_of_s3:
        return _refuse(drop, str(problem_of_s3), execution, ledger, announcer)
    if arrival.recover and (ended := _ended(drop, ledger)):
        return _claim_ended(ended, arrival, execution, ledger)
    ledger.open_release(
        ReleaseRecord(
            drop=drop,
            outcome="running",
            reason="Being released",
            started=clock.now().isoformat(),
            execution=execution,
            attempt=arrival.attempt,
            spec_version=_spec_version(drop, store),
        )
    )
    return Claim("claimed", drop.endpoint, drop.release, recover=arrival.recover)


def _spec_version(drop: Drop, store: DropStore) -> str:
    found = store.version_of(spec_key(drop.endpoint))
    return NO_SPEC if found is None else found


def _ended(drop: Drop, ledger: ReleaseBook) -> ReleaseRecord | None:
    try:
        release = ledger.read_release(drop.endpoint, drop.release)
    except ReleaseUnknown:
        return None
    return release if release.outcome in FINAL else None


def _claim_ended(
    release: ReleaseRecord, arrival: Arrival, execution: str, ledger: ClaimBook
) -> Claim:
    """Let a clean-up be tried again; how the release ended stays as it was."""
    ledger.close_drop(release.drop, release.outcome, release.reason)
    if release.cleanup is None:
        return Claim("duplicate", release.endpoint, release.release)
    facts = {"execution": execution, "attempt": arrival.attempt}
    ledger.note_release(release.endpoint, release.release, facts)
    return Claim("claimed", release.endpoint, release.release, recover=arrival.recover)


def drop_of(arrival: Arrival) -> tuple[Drop, str]:
    """Return the drop and what is wrong with its key; accepted bytes have none of a model."""
    if arrival.drop and (arrival.drop.origin or arrival.recover):
        return arrival.drop, ""
    return _read_key(arrival)


def _dated(drop: Drop, arrival: Arrival, store: DropStore) -> Drop:
    """Return the drop with its time; what was released before need not lie in S3 any more."""
    if drop.origin or arrival.recover:
        return drop
    found = store.arrival_of(drop)
    return replace(drop, last_modified=found.at, by=found.by or drop.by)


def _read_key(arrival: Arrival) -> tuple[Drop, str]:
    """Return the drop and what is wrong with its key; `*` of a rule also matches a slash."""
    try:
        name = parse_model_key(arrival.key)
        endpoint, version, problem = name.endpoint, name.version, ""
    except InvalidKey as error:
        endpoint, version, problem = _likely_endpoint(arrival.key), "", str(error)
    drop = Drop(
        endpoint=endpoint,
        version=version,
        bucket=arrival.bucket,
        key=arrival.key,
        version_id=arrival.version_id,
        last_modified="",
        sequencer=arrival.sequencer,
        by=arrival.drop.by if arrival.drop else arrival.sender.by,
        sender=arrival.drop.sender if arrival.drop else arrival.sender.by,
        request=arrival.drop.request if arrival.drop else arrival.sender.request,
    )
    return drop, problem


def _likely_endpoint(key: str) -> str:
    parts = key.split("/")
    guess = parts[1] if len(parts) > _FOLDERS else ""
    # Nobody could have made an endpoint of this name, and it is told to people and programs.
    return printable(guess)[:_LONGEST_NAME]


def _refuse(
    drop: Drop, problem: str, execution: str, ledger: DropBook, announcer: Announcer
) -> Claim:
    ledger.close_drop(drop, "failed", problem)
    facts = {"outcome": "failed"}
    news = News("Release Failed", drop.endpoint, problem, execution=execution, facts=facts)
    announcer.announce(news)
    return Claim("refused", drop.endpoint, reason=problem)
