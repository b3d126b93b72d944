"""News, and who spreads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class News:
    """Something that happened, for people and for programs.

    Parameters
    ----------
    kind : str
        The event's detail-type, such as ``Release Succeeded``.
    reason : str
        What happened and why, in plain words.
    report : str
        S3 URI of the report about it.
    for_people : bool
        Whether people get a message; programs always hear the event.
    """

    kind: str
    endpoint: str
    reason: str
    release: str = ""
    version: str = ""
    execution: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    report: str = ""
    for_people: bool = True


class Announcer(Protocol):
    """The bus and the topic."""

    def announce(self, news: News) -> None:
        """Put the event on the bus, and publish it to the topic if it is for people."""
