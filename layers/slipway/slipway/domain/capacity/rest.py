"""An endpoint that sleeps, and what it takes to be the same when it wakes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Asleep:
    """What the ledger remembers of an endpoint that sleeps.

    Parameters
    ----------
    since, until : str
        When it went to sleep and when it is due to wake, ISO 8601 in UTC.
    config : str
        The endpoint configuration that it wakes with.
    snapshot : mapping
        What else has to be as it was, as plain values.
    """

    since: str
    until: str
    config: str
    snapshot: Mapping[str, Any] = field(default_factory=dict)
