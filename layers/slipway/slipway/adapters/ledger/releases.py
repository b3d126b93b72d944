"""`release#<endpoint>` | `<release>`: the history."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from slipway.adapters.ledger.table import ConditionFailed, Item, Items
from slipway.domain.release import Drop, ReleaseRecord
from slipway.errors import ReleaseUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_FIELDS = {field.name for field in fields(ReleaseRecord)}


class ReleaseItems(Items):
    """Implements ReleaseBook and ForgetfulReleaseBook."""

    def open_release(self, record: ReleaseRecord) -> None:
        """Write the release as running, keeping when it first started."""
        item = {"pk": partition(record.endpoint), "sk": record.release, **asdict(record)}
        try:
            self.table.put(item, condition="attribute_not_exists(pk)")
        except ConditionFailed:
            again = {
                "outcome": record.outcome,
                "reason": record.reason,
                "execution": record.execution,
                "attempt": record.attempt,
                "ended": "",
            }
            self.note_release(record.endpoint, record.release, again)

    def read_release(self, endpoint: str, release: str) -> ReleaseRecord:
        """Return one release."""
        item = self.table.get(partition(endpoint), release)
        if item is None:
            raise ReleaseUnknown(f"The ledger has no release {release} of endpoint {endpoint}")
        return record_of(item)

    def note_release(self, endpoint: str, release: str, facts: Mapping[str, Any]) -> None:
        """Add or replace facts (fields of the record)."""
        unknown = set(facts) - _FIELDS
        if unknown:
            raise TypeError(f"A release has no field {', '.join(sorted(unknown))}")
        self.table.update(partition(endpoint), release, facts)

    def forget_release(self, endpoint: str, release: str) -> None:
        """Remove a release that did nothing."""
        self.table.delete(partition(endpoint), release)

    def list_releases(self, endpoint: str) -> Sequence[ReleaseRecord]:
        """Return an endpoint's releases, the oldest first."""
        records = [record_of(item) for item in self.table.query(partition(endpoint))]
        return sorted(records, key=lambda record: (record.started, record.drop.last_modified))


def record_of(item: Item) -> ReleaseRecord:
    """Return the record that an item holds."""
    values = {name: value for name, value in item.items() if name in _FIELDS}
    lists = {name: tuple(values.get(name, ())) for name in ("commands", "shared_alarms")}
    return ReleaseRecord(**{**values, **lists, "drop": Drop.from_dict(values["drop"])})


def partition(endpoint: str) -> str:
    """Return the partition key of an endpoint's releases."""
    return f"release#{endpoint}"
