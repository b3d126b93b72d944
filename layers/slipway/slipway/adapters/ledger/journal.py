"""`journal#<endpoint>` | `<time>#<event id>`: what was told; `journals` | `<endpoint>`: of whom."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from slipway.adapters.ledger.table import ConditionFailed, Items
from slipway.domain.journal import JournalEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

_INDEX = "journals"
# A sort key is never empty.
_NOBODY = "-"
_FIELDS = [field.name for field in fields(JournalEntry)]


class JournalItems(Items):
    """Implements Journal and JournalReader."""

    def keep(self, entry: JournalEntry) -> None:
        """Add an entry; one that is there already stays as it is."""
        # The index first: an entry without one would be found by nobody who lists them all.
        for item in (
            {"pk": _INDEX, "sk": entry.endpoint or _NOBODY},
            {"pk": _pk(entry.endpoint), "sk": f"{entry.at}#{entry.id}", **asdict(entry)},
        ):
            with suppress(ConditionFailed):
                self.table.put(item, condition="attribute_not_exists(pk)")

    def list_journals(self) -> Sequence[str]:
        """Return the endpoints that anything was told about, known to the ledger or not."""
        names = [str(item["sk"]) for item in self.table.query(_INDEX)]
        return ["" if name == _NOBODY else name for name in names]

    def list_entries(self, endpoint: str, since: str = "") -> Sequence[JournalEntry]:
        """Return an endpoint's entries from a moment on (ISO 8601), the oldest first."""
        items = self.table.query(_pk(endpoint), since)
        return [JournalEntry(**{n: item[n] for n in _FIELDS if n in item}) for item in items]


def _pk(endpoint: str) -> str:
    return f"journal#{endpoint}"
