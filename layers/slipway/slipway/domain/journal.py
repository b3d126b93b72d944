"""What the journal keeps of an event: who did what, when and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from slipway.domain.shortening import printable, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping

SLIPWAY = "slipway"
# Told elsewhere in the entry, or of no use to whoever reads it years later.
_NOT_FACTS = frozenset({"version", "endpoint", "release", "reason", "by", "links"})
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class JournalEntry:
    """Something that Slipway told, or that a person told Slipway.

    Parameters
    ----------
    id : str
        The event's: one that is delivered twice is kept once.
    at : str
        When, ISO 8601 in UTC.
    kind : str
        The event's detail-type, such as ``Endpoint Asleep``.
    by : str
        Who: ``slipway``, or whom a person's event names.
    claimed : bool
        Whether that is a person's event: what it names, nothing proves.
    execution : str
        ARN of the execution that told it; empty without one.
    facts : mapping
        The rest of the event's detail.
    """

    id: str
    at: str
    kind: str
    endpoint: str
    release: str
    by: str
    reason: str
    execution: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    claimed: bool = False

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> Self:
        """Read an event of Slipway's bus, whatever is missing in it.

        A person's event is anybody's who may put events there: what it names is told to people.
        """
        detail = event.get("detail")
        known: Mapping[str, Any] = detail if isinstance(detail, dict) else {}
        said = str(known.get("by") or "")
        listed = event.get("resources")
        resources = listed if isinstance(listed, list) and listed else [""]
        own = event.get("source") == SLIPWAY
        return cls(
            id=str(event.get("id") or ""),
            at=_moment(str(event.get("time") or "")),
            kind=_name(event.get("detail-type")),
            endpoint=_name(known.get("endpoint")),
            release=_name(known.get("release")),
            by=SLIPWAY if own else _name(said) or "somebody",
            reason=shorten(printable(str(known.get("reason") or ""))),
            execution=str(resources[0]),
            facts=_facts(known) if own else _facts_of_a_person(known, event),
            claimed=not own,
        )


def _facts(detail: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in detail.items() if name not in _NOT_FACTS}


def _facts_of_a_person(detail: Mapping[str, Any], event: Mapping[str, Any]) -> dict[str, Any]:
    """Give the rest of what may be anything at all, and whose event it is as EventBridge says."""
    account = {"account": _name(event["account"])} if event.get("account") else {}
    return account | ({"command": _name(detail["command"])} if "command" in detail else {})


def _moment(time: str) -> str:
    """Give EventBridge's time as all other times of the ledger."""
    return f"{time.removesuffix('Z')}+00:00" if time.endswith("Z") else time


def _name(value: object) -> str:
    return printable(str(value or ""))[:_LONGEST_NAME]
