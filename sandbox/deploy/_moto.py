"""Templates in JSON are read as JSON: moto's YAML reader took a fifth of a deployment."""

from __future__ import annotations

import json
from typing import Any

from moto.cloudformation.models import Stack

from sandbox.replacing import replace

_PARSE = Stack.parse_template


def read_json_as_json() -> None:
    """Let moto read YAML only where it is none of JSON."""
    replace(Stack, parse_template=staticmethod(_parse_template))


def _parse_template(template: str) -> dict[str, Any]:
    try:
        return dict(json.loads(template))
    except ValueError:
        return dict(_PARSE(template))
