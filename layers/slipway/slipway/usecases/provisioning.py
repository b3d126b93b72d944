"""How long instances take: measured by every release, counted on by what cannot wait."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from slipway.ports import EndpointBook, ReleaseBook

if TYPE_CHECKING:
    from slipway.domain.release import ReleaseRecord

# So many of the last fleets are remembered.
REMEMBERED = 5
_FACT = "provisioning"


class ProvisioningBook(EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that measured times are written to."""


def note_asked(release: ReleaseRecord, *, ledger: ReleaseBook, now: datetime) -> None:
    """Remember when a release asked for its instances; a repeated call asks anew."""
    evidence = {**_current(release, ledger).evidence, _FACT: {"asked": now.isoformat()}}
    ledger.note_release(release.endpoint, release.release, {"evidence": evidence})


def note_provisioned(release: ReleaseRecord, *, ledger: ProvisioningBook, now: datetime) -> None:
    """Remember how long they took, once."""
    found = release.evidence.get(_FACT, {})
    if "asked" not in found or "seconds" in found:
        return
    seconds = round((now - datetime.fromisoformat(found["asked"])).total_seconds())
    record = ledger.read_endpoint(release.endpoint)
    measured = (*record.provisioning, seconds)[-REMEMBERED:]
    ledger.write_endpoint(replace(record, provisioning=measured))
    evidence = {**release.evidence, _FACT: {**found, "seconds": seconds}}
    ledger.note_release(release.endpoint, release.release, {"evidence": evidence})


def _current(release: ReleaseRecord, ledger: ReleaseBook) -> ReleaseRecord:
    return ledger.read_release(release.endpoint, release.release)
