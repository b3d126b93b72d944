"""`endpoints` | `<name>`: live release, lease, waiting drop, claims and sleep, in one item."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from slipway.adapters.ledger.table import ConditionFailed, Item, Items
from slipway.domain.capacity.ahead import Ahead
from slipway.domain.capacity.claims import Claim
from slipway.domain.capacity.rest import Asleep
from slipway.domain.lease import EndpointRecord, Lease, Parked
from slipway.domain.release import Drop, LiveRelease
from slipway.domain.settling import Settling
from slipway.errors import LedgerConflict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PARTITION = "endpoints"


class EndpointItems(Items):
    """Implements EndpointBook."""

    def read_endpoint(self, name: str) -> EndpointRecord:
        """Return the record; an empty one for an endpoint that the ledger does not know."""
        item = self.table.get(PARTITION, name)
        return _record(item) if item else EndpointRecord(name)

    def write_endpoint(self, record: EndpointRecord) -> None:
        """Write what was decided on `record.revision`, which goes up by one."""
        item = {"pk": PARTITION, "sk": record.name, **asdict(record)}
        item["revision"] = record.revision + 1
        try:
            self.table.put(
                item,
                condition="attribute_not_exists(pk) OR revision = :read",
                values={":read": record.revision},
            )
        except ConditionFailed as error:
            raise LedgerConflict(
                f"The record of endpoint {record.name} changed meanwhile"
            ) from error

    def list_endpoints(self) -> Sequence[EndpointRecord]:
        """Return all endpoints by name."""
        return [_record(item) for item in self.table.query(PARTITION)]


def _record(item: Item) -> EndpointRecord:
    lease, parked, live = item.get("lease"), item.get("parked"), item.get("live")
    settling, asleep = item.get("settling"), item.get("asleep")
    return EndpointRecord(
        name=item["sk"],
        revision=item["revision"],
        lease=Lease(**lease) if lease else None,
        parked=Parked(**_with_drop(parked)) if parked else None,
        live=LiveRelease(**_with_drop(live)) if live else None,
        settling=_settling(settling) if settling else None,
        abandoned=tuple(item.get("abandoned", ())),
        superseded=tuple(Drop.from_dict(each) for each in item.get("superseded", ())),
        claims=tuple(Claim(**each) for each in item.get("claims", ())),
        asleep=_asleep(asleep) if asleep else None,
        kept_awake=item.get("kept_awake", ""),
        provisioning=tuple(item.get("provisioning", ())),
        events=tuple(item.get("events", ())),
        ahead=tuple(Ahead(**each) for each in item.get("ahead", ())),
    )


def _asleep(values: Mapping[str, Any]) -> Asleep:
    return Asleep(**{**values, "tried": tuple(values.get("tried", ()))})


def _settling(values: Mapping[str, Any]) -> Settling:
    previous = LiveRelease(**_with_drop(values["previous"]))
    return Settling(**{**values, "previous": previous})


def _with_drop(values: Mapping[str, Any]) -> dict[str, Any]:
    return {**values, "drop": Drop.from_dict(values["drop"])}
