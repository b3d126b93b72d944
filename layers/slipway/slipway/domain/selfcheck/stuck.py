"""What an execution left that ended without finishing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from slipway.domain.release import FINAL
from slipway.domain.selfcheck.facts import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import ReleaseRecord
    from slipway.domain.selfcheck.facts import Book

# The recovery follows within seconds, and is tried again for a day at the most if it cannot.
PATIENCE = timedelta(hours=1)


def stuck(book: Book, now: datetime) -> Iterator[Finding]:
    """Give leases and releases whose executions are over.

    The name is the execution's where the recovery can put it right, else the release's.
    """
    for record in book.endpoints.values():
        yield from _stuck_lease(record, book, now)
    for release in book.all_releases():
        record = book.endpoints[release.endpoint]
        if release.outcome == "parked":
            yield from _forgotten(release, record, now)
        elif record.lease is None or record.lease.owner != release.execution:
            yield from _stuck_release(release, book, now)


def _stuck_lease(record: EndpointRecord, book: Book, now: datetime) -> Iterator[Finding]:
    lease = record.lease
    if lease and lease.owner in book.ended and _old(lease.since, now):
        words = f"{lease.owner} is over and still holds the lease of {record.name}"
        yield Finding("stuck", "lease", record.name, lease.owner, f"{words} since {lease.since}")


def _stuck_release(release: ReleaseRecord, book: Book, now: datetime) -> Iterator[Finding]:
    if release.outcome in FINAL or release.execution not in book.ended:
        return
    if _old(release.started, now):
        words = f"Release {release.release} is {release.outcome}, and {release.execution} is over"
        yield Finding("stuck", "release", release.endpoint, release.execution, words)


def _forgotten(release: ReleaseRecord, record: EndpointRecord, now: datetime) -> Iterator[Finding]:
    """Find a drop that waits, and that nobody will start: its execution ended when it parked."""
    waits = record.parked is not None and record.parked.drop.release == release.release
    runs = record.lease is not None and record.lease.release == release.release
    if not waits and not runs and _old(release.started, now):
        words = f"Release {release.release} waits, and nobody will start it: drop it again"
        yield Finding("stuck", "release", release.endpoint, release.release, words)


def _old(since: str, now: datetime) -> bool:
    return now - datetime.fromisoformat(since) > PATIENCE
