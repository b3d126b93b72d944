"""`settings#<bucket>/<key>` | `<version id>`: which execution applies an endpoint.yaml."""

from __future__ import annotations

from slipway.adapters.ledger.table import ConditionFailed, Items


class SettingsItems(Items):
    """Implements SettingsBook."""

    def claim_settings(self, place: str, version: str, owner: str) -> str:
        """Make `owner` the one that applies this version if nobody does; return who does."""
        item = {"pk": f"settings#{place}", "sk": version, "owner": owner}
        condition = "attribute_not_exists(pk) OR #owner = :owner"
        values, names = {":owner": owner}, {"#owner": "owner"}
        try:
            self.table.put(item, condition=condition, values=values, names=names)
        except ConditionFailed:
            found = self.table.get(item["pk"], version)
            return str(found["owner"]) if found else ""
        return owner

    def close_settings(self, place: str, version: str, outcome: str, reason: str) -> None:
        """Write what became of a version."""
        facts = {"outcome": outcome, "reason": reason}
        self.table.update(f"settings#{place}", version, facts)
