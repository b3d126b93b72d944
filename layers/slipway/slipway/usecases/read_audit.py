"""Read who did what, when and why, of all that the ledger keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slipway.domain.audit import row_of_entry, row_of_settings, rows_of_release
from slipway.ports import EndpointBook, JournalReader, ReleaseBook, SettingsReader
from slipway.usecases.spec_key import spec_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.domain.audit import AuditRow

# Of a release that the ledger has, its own item tells these with more.
TOLD_BY_RELEASES = frozenset(
    {
        "Release Command",
        "Release Failed",
        "Release Rolled Back",
        "Release Started",
        "Release Step Reached",
        "Release Succeeded",
        "Release Superseded",
    }
)


class AuditBook(EndpointBook, JournalReader, ReleaseBook, SettingsReader, Protocol):
    """The parts of the ledger that an auditor reads."""


def read_audit(
    ledger: AuditBook, bucket: str, endpoint: str = "", since: str = ""
) -> list[AuditRow]:
    """Return what happened, the oldest first.

    Parameters
    ----------
    bucket : str
        The artifact bucket, in which settings arrive.
    endpoint : str, optional
        Only this one; without it all that the ledger or the journal knows.
    since : str, optional
        Only from this moment on, ISO 8601 in UTC.
    """
    names = [endpoint] if endpoint else _names(ledger)
    rows = [row for name in names for row in _of_endpoint(ledger, bucket, name, since)]
    return sorted((row for row in rows if row.at >= since), key=lambda row: (row.at, row.endpoint))


def _names(ledger: AuditBook) -> list[str]:
    known = {record.name for record in ledger.list_endpoints()}
    return sorted(known | set(ledger.list_journals()))


def _of_endpoint(ledger: AuditBook, bucket: str, name: str, since: str) -> Iterator[AuditRow]:
    releases = ledger.list_releases(name)
    for release in releases:
        yield from rows_of_release(release)
    for record in ledger.list_settings(f"{bucket}/{spec_key(name)}"):
        yield row_of_settings(name, record)
    known = {release.release for release in releases}
    for entry in ledger.list_entries(name, since):
        if entry.kind not in TOLD_BY_RELEASES or entry.release not in known:
            yield row_of_entry(entry)
