"""Files in Model Monitor's formats, as people and programs read them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def plain_json(content: Mapping[str, Any]) -> bytes:
    """Return JSON as a file."""
    return (json.dumps(content, indent=1) + "\n").encode()
