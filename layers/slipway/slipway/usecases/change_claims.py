"""Change who wants how many instances."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slipway.errors import LedgerConflict

if TYPE_CHECKING:
    from collections.abc import Callable

    from slipway.domain.capacity.claims import Claims
    from slipway.domain.lease import EndpointRecord
    from slipway.ports import EndpointBook

# Releases, bursts, events and rest write the same item; each write takes milliseconds.
ATTEMPTS = 5


def change_claims(
    endpoint: str, change: Callable[[Claims], Claims], *, ledger: EndpointBook
) -> EndpointRecord:
    """Write what a function makes of the claims, and return the item.

    No lease is needed: every claim has one source, which alone changes it, and the item's revision
    keeps those of the others.

    Parameters
    ----------
    change : callable
        Is asked again if somebody else wrote the item first.

    Raises
    ------
    LedgerConflict
        If others write the item without end.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return _change(endpoint, change, ledger)
        except LedgerConflict:
            continue
    return _change(endpoint, change, ledger)


def _change(
    endpoint: str, change: Callable[[Claims], Claims], ledger: EndpointBook
) -> EndpointRecord:
    record = ledger.read_endpoint(endpoint)
    claims = change(record.claims)
    if claims == record.claims:
        return record
    written = replace(record, claims=claims)
    ledger.write_endpoint(written)
    return replace(written, revision=record.revision + 1)
