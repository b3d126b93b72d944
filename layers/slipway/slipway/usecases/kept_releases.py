"""Which releases can be gone back to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slipway.ports import EndpointBook, ReferenceBook, ReleaseBook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.release import ReleaseRecord

DEFAULT_KEPT = 3


class ReferringBook(EndpointBook, ReleaseBook, ReferenceBook, Protocol):
    """The parts of the ledger that say what is kept, and what is referred to."""


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
