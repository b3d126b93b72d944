"""Which releases can be gone back to, and who refers to what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slipway.ports import EndpointBook, ReleaseBook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.release import ReleaseRecord

DEFAULT_KEPT = 3
_REFERRING = frozenset({"running", "parked", "succeeded"})


class ReferringBook(EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that say what is referred to."""


def releases_to_go_back_to(releases: Sequence[ReleaseRecord], live: str) -> list[ReleaseRecord]:
    """Return what once served and is still there, the newest first.

    Parameters
    ----------
    releases : sequence of ReleaseRecord
        An endpoint's, the oldest first.
    live : str
        The release that serves, which is none to go back to.
    """
    return [
        release
        for release in reversed(releases)
        if release.outcome == "succeeded"
        and release.release != live
        and release.inspection.get("accepted")
    ]


def referred(uri: str, releases: set[tuple[str, str]], ledger: ReferringBook) -> bool:
    """Tell whether another release, of any endpoint, serves or will serve the accepted bytes.

    Parameters
    ----------
    releases : set of (endpoint, release)
        Those that do not count, because they go.
    """
    return any(
        other.inspection.get("accepted") == uri and other.outcome in _REFERRING
        for endpoint in ledger.list_endpoints()
        for other in ledger.list_releases(endpoint.name)
        if (other.endpoint, other.release) not in releases
    )
