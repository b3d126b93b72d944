"""Read what `slipway status` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from slipway.ports import EndpointBook, ReleaseBook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import ReleaseRecord


class HistoryBook(EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that people look at."""


def read_status(ledger: HistoryBook, endpoint: str = "") -> list[dict[str, Any]]:
    """Return endpoints with their releases, the newest release first.

    Parameters
    ----------
    endpoint : str, optional
        Only this one; without it, all of them by name.
    """
    records = ledger.list_endpoints()
    return [
        _status(record, ledger.list_releases(record.name))
        for record in records
        if endpoint in ("", record.name)
    ]


def _status(record: EndpointRecord, releases: Sequence[ReleaseRecord]) -> dict[str, Any]:
    live = record.live
    return {
        "endpoint": record.name,
        "state": record.state,
        "live": {"release": live.release, "version": live.drop.version} if live else None,
        **_rest(record),
        "releases": [release.summary() for release in reversed(releases)],
    }


def _rest(record: EndpointRecord) -> dict[str, Any]:
    """Return that it sleeps, or why it does not; nothing of an endpoint that is simply awake."""
    asleep = record.asleep
    if asleep:
        return {"asleep": {"since": asleep.since, "until": asleep.until}}
    return {"kept_awake": record.kept_awake} if record.kept_awake else {}
