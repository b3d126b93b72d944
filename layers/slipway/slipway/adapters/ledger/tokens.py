"""`token#<endpoint>` | `wait`: the task token of the release that waits for SageMaker."""

from __future__ import annotations

from contextlib import suppress

from slipway.adapters.ledger.table import ConditionFailed, Items

_SK = "wait"


class TokenItems(Items):
    """Implements TokenBook and TokenBin; "Await Endpoint" of the workflow writes the same item."""

    def store_token(self, endpoint: str, release: str, token: str, expires: int) -> None:
        """Keep the token; nobody is woken by it before it is armed."""
        item = {"pk": _pk(endpoint), "sk": _SK, "token": token, "release": release}
        self.table.put({**item, "armed": False, "expires": expires})

    def arm_token(self, endpoint: str, token: str) -> None:
        """Let events use the token; a token that was replaced meanwhile stays as it is."""
        with suppress(ConditionFailed):
            self.table.update(
                _pk(endpoint), _SK, {"armed": True, "token": token}, condition="#1 = :1"
            )

    def take_token(self, endpoint: str) -> str:
        """Return the armed token and remove it; empty if there is none."""
        item = self.table.get(_pk(endpoint), _SK)
        if not item or not item.get("armed"):
            return ""
        token = str(item["token"])
        try:
            self.table.delete(
                _pk(endpoint),
                _SK,
                condition="#token = :token",
                names={"#token": "token"},
                values={":token": token},
            )
        except ConditionFailed:
            return ""  # another delivery of the event was faster
        return token

    def drop_token(self, endpoint: str, release: str) -> None:
        """Remove the endpoint's token if it is this release's."""
        with suppress(ConditionFailed):
            self.table.delete(
                _pk(endpoint),
                _SK,
                condition="#release = :release",
                names={"#release": "release"},
                values={":release": release},
            )


def _pk(endpoint: str) -> str:
    return f"token#{endpoint}"
