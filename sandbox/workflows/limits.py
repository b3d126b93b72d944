"""Limits of Step Functions."""

from __future__ import annotations

import json
from typing import Any

PAYLOAD_BYTES = 256 * 1024
HISTORY_EVENTS = 25_000
NAME_CHARACTERS = 80
DEFINITION_BYTES = 1024 * 1024
NAME_REUSE_SECONDS = 90 * 86400
REDRIVE_SECONDS = 14 * 86400


def fits(value: Any) -> bool:
    """Tell whether AWS carries a value between states."""
    return size(value) <= PAYLOAD_BYTES


def size(value: Any) -> int:
    """Return the size of a value as Step Functions counts it: bytes of its JSON."""
    return len(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())
