"""What was told, and is kept for whoever asks later who did what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.journal import JournalEntry


class Journal(Protocol):
    """Where entries are added, and never changed."""

    def keep(self, entry: JournalEntry) -> None:
        """Add an entry; one that is there already stays as it is."""


class JournalReader(Protocol):
    """What an auditor reads."""

    def list_journals(self) -> Sequence[str]:
        """Return the endpoints that anything was told about, known to the ledger or not."""

    def list_entries(self, endpoint: str, since: str = "") -> Sequence[JournalEntry]:
        """Return an endpoint's entries from a moment on (ISO 8601), the oldest first."""
