"""`turns` | `<queue>`: when the next of many that want the same may begin."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from slipway.adapters.ledger.table import ConditionFailed, Items
from slipway.errors import LedgerConflict

if TYPE_CHECKING:
    from datetime import timedelta

PARTITION = "turns"


class TurnItems(Items):
    """Implements TurnBook."""

    def take_turn(self, queue: str, now: datetime, every: timedelta) -> datetime:
        """Return when the caller may begin, and let the next one begin so much later."""
        item = self.table.get(PARTITION, queue)
        free = datetime.fromisoformat(item["free"]) if item else now
        turn = max(free, now)
        written = {"pk": PARTITION, "sk": queue, "free": (turn + every).isoformat()}
        try:
            self.table.put(
                written,
                condition="attribute_not_exists(pk) OR #free = :read",
                names={"#free": "free"},
                values={":read": free.isoformat()},
            )
        except ConditionFailed as error:
            raise LedgerConflict(f"Another execution took the next turn of {queue}") from error
        return turn
