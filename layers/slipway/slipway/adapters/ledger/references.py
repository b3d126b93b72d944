"""`accepted#<sha256>` | `<endpoint>/<release>`: who needs which accepted bytes."""

from __future__ import annotations

from slipway.adapters.ledger.table import Items
from slipway.domain.naming import accepted_digest


class ReferenceItems(Items):
    """Implements ReferenceBook."""

    def refer(self, uri: str, endpoint: str, release: str) -> None:
        """Note that the release serves, or will serve, what lies at the URI."""
        self.table.put({"pk": _pk(uri), "sk": f"{endpoint}/{release}"})

    def let_go(self, uri: str, endpoint: str, release: str) -> None:
        """Forget that; nothing happens if it is forgotten already."""
        self.table.delete(_pk(uri), f"{endpoint}/{release}")

    def is_referred(self, uri: str) -> bool:
        """Tell whether any release needs what lies at the URI."""
        return self.table.has(_pk(uri))


def _pk(uri: str) -> str:
    return f"accepted#{accepted_digest(uri)}"
