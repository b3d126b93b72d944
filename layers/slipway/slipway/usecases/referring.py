"""Accepted bytes are kept as long as a release needs them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import AcceptedStore, ReferenceBook


def let_bytes_go(release: ReleaseRecord, ledger: ReferenceBook, store: AcceptedStore) -> None:
    """Give up the release's bytes; remove them if no release, of any endpoint, needs them.

    May be repeated. Whoever accepts the same bytes refers to them before looking whether they are
    there; one who looked just before they go is stopped by the look before CreateModel.
    """
    uri = str(release.inspection.get("accepted", ""))
    if not uri:
        return
    ledger.let_go(uri, release.endpoint, release.release)
    if not ledger.is_referred(uri):
        store.discard(uri)
