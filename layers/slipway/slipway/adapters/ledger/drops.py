"""`drop#<bucket>/<key>` | `<version id>`: which execution works on an object version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.adapters.ledger.table import ConditionFailed, Items

if TYPE_CHECKING:
    from slipway.domain.release import Drop


class DropItems(Items):
    """Implements DropBook."""

    def claim_drop(self, drop: Drop, owner: str, previous: str = "") -> str:
        """Make `owner` the drop's owner if nobody or `previous` is; return who owns it now."""
        item = {"pk": _pk(drop), "sk": drop.version_id, "owner": owner, "drop": drop.as_dict()}
        condition = "attribute_not_exists(pk) OR #owner IN (:previous, :owner)"
        values = {":previous": previous or owner, ":owner": owner}
        try:
            self.table.put(item, condition=condition, values=values, names={"#owner": "owner"})
        except ConditionFailed:
            return self.owner_of(drop)
        return owner

    def owner_of(self, drop: Drop) -> str:
        """Return which execution claimed the drop last; empty if none did."""
        found = self.table.get(_pk(drop), drop.version_id)
        return str(found["owner"]) if found else ""

    def close_drop(self, drop: Drop, outcome: str, reason: str) -> None:
        """Write the terminal record of an object version."""
        self.table.update(_pk(drop), drop.version_id, {"outcome": outcome, "reason": reason})


def _pk(drop: Drop) -> str:
    return f"drop#{drop.bucket}/{drop.key}"
