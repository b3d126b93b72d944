"""`drift` | `<endpoint>`: how far its traffic was looked at, and what was found."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING

from slipway.adapters.ledger.table import ConditionFailed, Item, Items
from slipway.domain.drift.record import BaselineRef, DriftRecord, Pending, Run, Watermark
from slipway.errors import LedgerConflict

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

PARTITION = "drift"
_PLAIN = {field.name for field in fields(DriftRecord)} - {"endpoint"}
_PARTS: dict[str, Callable[..., Any]] = {
    "run": Run,
    "watermark": Watermark,
    "labels": Watermark,
    "baseline": BaselineRef,
    "pending": Pending,
    "learning": Pending,
}


class DriftItems(Items):
    """Implements DriftBook."""

    def read_drift(self, endpoint: str) -> DriftRecord:
        """Return the record; an empty one for an endpoint that was never looked at."""
        item = self.table.get(PARTITION, endpoint)
        return _record(item) if item else DriftRecord(endpoint)

    def write_drift(self, record: DriftRecord) -> None:
        """Write what was decided on `record.revision`, which goes up by one."""
        item = {"pk": PARTITION, "sk": record.endpoint, **asdict(record)}
        item["revision"] = record.revision + 1
        try:
            self.table.put(
                item,
                condition="attribute_not_exists(pk) OR revision = :read",
                values={":read": record.revision},
            )
        except ConditionFailed as error:
            raise LedgerConflict(
                f"What is known of the drift of {record.endpoint} changed meanwhile"
            ) from error


def _record(item: Item) -> DriftRecord:
    values = {name: item[name] for name in _PLAIN & item.keys()}
    parts = {name: make(**values[name]) for name, make in _PARTS.items() if values.get(name)}
    history = tuple(values.get("history", ()))
    return DriftRecord(**{**values, **parts, "endpoint": item["sk"], "history": history})
