"""EventBridge's event patterns: what they accept, match and refuse. Pure.

Example
-------
>>> pattern = EventPattern('{"detail": {"key": [{"wildcard": "models/*/model.tar.gz"}]}}')
>>> pattern.matches({"detail": {"key": "models/churn/1/model.tar.gz"}})
True
"""

from __future__ import annotations

from typing import Any

from sandbox.events.patterns.compiler import compile_alternatives
from sandbox.events.patterns.errors import InvalidEventPattern
from sandbox.events.patterns.matching import Leaves, leaves, matches

__all__ = ["EventPattern", "InvalidEventPattern", "leaves"]


class EventPattern:
    """A compiled pattern; making one raises `InvalidEventPattern` for what PutRule refuses."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._alternatives = compile_alternatives(text)

    def matches(self, event: dict[str, Any]) -> bool:
        """Say whether the event, in its delivered JSON form, matches."""
        return self.meets(leaves(event))

    def meets(self, found: Leaves) -> bool:
        """Say the same of an event's leaves, which many patterns may be asked about."""
        return any(matches(alternative, found) for alternative in self._alternatives)
