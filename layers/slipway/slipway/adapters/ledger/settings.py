"""`settings#<bucket>/<key>` | `<version id>`: which execution applies an endpoint.yaml."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

from slipway.adapters.ledger.table import ConditionFailed, Item, Items
from slipway.domain.settings_record import SettingsRecord

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FIELDS = {field.name for field in fields(SettingsRecord)}


class SettingsItems(Items):
    """Implements SettingsBook and SettingsReader."""

    def claim_settings(self, place: str, version: str, owner: str, facts: Mapping[str, str]) -> str:
        """Make `owner` the one that applies this version if nobody does; return who does."""
        item = {"pk": f"settings#{place}", "sk": version, "owner": owner, **facts}
        try:
            self.table.put(item, condition="attribute_not_exists(pk)")
        except ConditionFailed:
            found = self.table.get(item["pk"], version)
            return str(found["owner"]) if found else ""
        return owner

    def close_settings(self, place: str, version: str, outcome: str, reason: str) -> None:
        """Write what became of a version."""
        facts = {"outcome": outcome, "reason": reason}
        self.table.update(f"settings#{place}", version, facts)

    def list_settings(self, place: str) -> Sequence[SettingsRecord]:
        """Return the versions of the file at `<bucket>/<key>` that arrived, the oldest first."""
        records = [_record(item) for item in self.table.query(f"settings#{place}")]
        return sorted(records, key=lambda record: record.at)


def _record(item: Item) -> SettingsRecord:
    known = {name: value for name, value in item.items() if name in _FIELDS}
    return SettingsRecord(**{**known, "version": item["sk"]})
