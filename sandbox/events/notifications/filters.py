"""Filter policies of subscriptions, which are event patterns over attributes or the body. Pure."""

from __future__ import annotations

import json
from typing import Any

from sandbox.events.patterns import EventPattern


def passes(policy: str | None, scope: str, attributes: dict[str, Any], body: str) -> bool:
    """Say whether a message passes a filter policy.

    Parameters
    ----------
    scope
        ``MessageAttributes`` or ``MessageBody``.
    attributes
        The message's attributes as the API takes them.
    """
    if not policy or json.loads(policy) == {}:
        return True
    document = _body(body) if scope == "MessageBody" else _plain(attributes)
    return document is not None and EventPattern(policy).matches(document)


def _body(body: str) -> dict[str, Any] | None:
    try:
        document = json.loads(body)
    except json.JSONDecodeError:
        return None
    return document if isinstance(document, dict) else None


def _plain(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: _value(attribute) for name, attribute in attributes.items()}


def _value(attribute: dict[str, Any]) -> Any:
    kind, text = attribute["DataType"], attribute.get("StringValue")
    if kind in ("Number", "String.Array") and text is not None:
        return json.loads(text)
    return text
