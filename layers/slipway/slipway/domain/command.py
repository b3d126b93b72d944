"""What a person commands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

UNEXPLAINED = "no reason given"


@dataclass(frozen=True, slots=True)
class Command:
    """A `Release Command`.

    Parameters
    ----------
    id : str
        The event's: a command that is delivered twice is obeyed once.
    release : str
        The release that runs; for a rollback, the one to go back to.
    name : str
        ``approve``, ``pause``, ``resume``, ``abort`` or ``rollback``.
    by : str
        Who the sender says that it is; nothing proves it.
    account : str
        Whose the sender is, as EventBridge says.
    """

    id: str
    endpoint: str
    release: str
    name: str
    by: str
    reason: str
    account: str = ""

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> Self:
        """Read the event, whatever is missing in it."""
        told = event.get("detail")
        detail = told if isinstance(told, dict) else {}
        endpoint, release, name, by, reason = (
            str(detail.get(member) or "").strip()
            for member in ("endpoint", "release", "command", "by", "reason")
        )
        account = str(event.get("account") or "")
        words = reason or UNEXPLAINED
        return cls(str(event.get("id", "")), endpoint, release, name, by, words, account)

    @property
    def words(self) -> str:
        """Who and why."""
        return f"{self.by}: {self.reason}"

    def entry(self, answer: str, now: str) -> dict[str, str]:
        """Return what the history of the release keeps."""
        return {
            "id": self.id,
            "command": self.name,
            "by": self.by,
            "account": self.account,
            "reason": self.reason,
            "at": now,
            "answer": answer,
        }
