"""Release a kept release again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from slipway.domain.naming import accepted_key
from slipway.domain.release import Drop
from slipway.errors import RollbackRefused
from slipway.ports import EndpointBook, ReleaseBook, Starter
from slipway.usecases.kept_releases import releases_to_go_back_to

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.release import ReleaseRecord


class KeptBook(EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that know what is kept."""


@dataclass(frozen=True, slots=True)
class GoBack:
    """What to go back to.

    Parameters
    ----------
    release : str
        The kept release; empty for the newest one before what serves.
    """

    endpoint: str
    release: str
    at: datetime


def roll_back_release(wanted: GoBack, *, machine: str, ledger: KeptBook, starter: Starter) -> Drop:
    """Start the release of a kept artifact by the usual path; return its drop.

    The artifact was inspected when it came first, and its accepted bytes are what is served. The
    drop is as new as the command, so it supersedes what waits and is superseded by what comes.

    Parameters
    ----------
    machine : str
        ARN of the release workflow.

    Raises
    ------
    RollbackRefused
        If there is nothing to go back to.
    """
    target = _target(wanted, ledger)
    drop = _drop(target, wanted.at)
    name = f"{drop.digest}-1"
    starter.start(machine, name, {"drop": drop.as_dict(), "previous": "", "attempt": 1})
    return drop


def _target(wanted: GoBack, ledger: KeptBook) -> ReleaseRecord:
    live = ledger.read_endpoint(wanted.endpoint).live
    if live is None:
        raise RollbackRefused(f"Endpoint {wanted.endpoint} serves nothing to go back from")
    if wanted.release == live.release:
        raise RollbackRefused(f"Release {wanted.release} serves {wanted.endpoint} already")
    kept = releases_to_go_back_to(ledger.list_releases(wanted.endpoint), live.release)
    found = [each for each in kept if wanted.release in ("", each.release)]
    if not found:
        names = ", ".join(each.release for each in kept) or "none"
        raise RollbackRefused(
            f"Endpoint {wanted.endpoint} keeps no release {wanted.release or 'to go back to'}; "
            f"kept: {names}. Drop the version again instead"
        )
    return found[0]


def _drop(target: ReleaseRecord, at: datetime) -> Drop:
    return Drop(
        endpoint=target.endpoint,
        version=target.drop.version,
        bucket=target.drop.bucket,
        key=accepted_key(_accepted_digest(target)),
        # Not an object version: it tells this rollback from every other one.
        version_id=f"{target.release}@{at.isoformat()}",
        last_modified=at.isoformat(),
        origin=target.release,
    )


def _accepted_digest(target: ReleaseRecord) -> str:
    """Return the digest that accepted bytes are kept under; a repacked model has its own."""
    return str(target.inspection["accepted"]).split("/")[-2]
