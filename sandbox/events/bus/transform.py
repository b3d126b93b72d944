"""What a target receives: the event, a part of it, a constant, or a template. Pure."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.events.bus.envelope import Envelope

_STEP = re.compile(r"\.([A-Za-z0-9_\-]+)|\[(\d+|\*)\]")
_PATH = re.compile(rf"\$(?:{_STEP.pattern})*")
_PLACEHOLDER = re.compile(r"<([A-Za-z0-9_.\-]+)>")
_MISSING = object()


class InvalidPath(ValueError):
    """A JSON path that EventBridge does not take: only dots, and [n] or [*] for arrays."""


def check_path(path: str) -> None:
    """Refuse a path that is not in dot notation.

    Raises
    ------
    InvalidPath
        When PutTargets would refuse the path.
    """
    if not _PATH.fullmatch(path):
        raise InvalidPath(f"Invalid JSON path {path!r}: use dot notation, as in $.detail.object.")


def select(path: str, document: Any) -> Any:
    """Return what a path points to, or None."""
    found = _follow(_STEP.findall(path), document)
    return None if found is _MISSING else found


def _follow(steps: list[Any], value: Any) -> Any:
    for position, (key, index) in enumerate(steps):
        if index == "*" and isinstance(value, list):
            return [_follow(steps[position + 1 :], item) for item in value]
        value = _child(value, key, index)
        if value is _MISSING:
            return _MISSING
    return value


def _child(value: Any, key: str, index: str) -> Any:
    if key:
        return value.get(key, _MISSING) if isinstance(value, dict) else _MISSING
    if not isinstance(value, list) or not index.isdigit() or int(index) >= len(value):
        return _MISSING
    return value[int(index)]


def placeholders(template: str) -> list[str]:
    """Return the variables of a template that EventBridge does not define itself."""
    names: list[str] = _PLACEHOLDER.findall(template)
    return [name for name in names if not name.startswith("aws.events.")]


def payload(target: dict[str, Any], event: Envelope, rule: dict[str, str]) -> str:
    """Return the text that a target receives.

    Parameters
    ----------
    rule
        ``name`` and ``arn`` of the rule, for the reserved variables of templates.
    """
    if target.get("Input"):
        return str(target["Input"])
    if target.get("InputPath"):
        return _json(select(target["InputPath"], event))
    if target.get("InputTransformer"):
        return _transformed(target["InputTransformer"], event, rule)
    return _json(event)


def _transformed(transformer: dict[str, Any], event: Envelope, rule: dict[str, str]) -> str:
    paths = transformer.get("InputPathsMap") or {}
    variables = {name: select(path, event) for name, path in paths.items()}
    without_detail = {key: value for key, value in event.items() if key != "detail"}
    reserved = {
        "aws.events.rule-name": rule["name"],
        "aws.events.rule-arn": rule["arn"],
        "aws.events.event.ingestion-time": event["time"],
        "aws.events.event": without_detail,
        "aws.events.event.json": event,
    }
    return fill(transformer["InputTemplate"], {**variables, **reserved})


def fill(template: str, variables: dict[str, Any]) -> str:
    """Put variables into a template.

    Outside a JSON string a variable becomes JSON; inside one, its bare text.
    """
    pieces: list[str] = []
    position, quoted = 0, False
    for found in _PLACEHOLDER.finditer(template):
        between = template[position : found.start()]
        quoted ^= _changes_quoting(between)
        pieces.append(between)
        known = found[1] in variables
        pieces.append(_rendered(variables[found[1]], quoted=quoted) if known else found[0])
        position = found.end()
    return "".join([*pieces, template[position:]])


def _changes_quoting(text: str) -> bool:
    return len(re.findall(r'(?<!\\)(?:\\\\)*"', text)) % 2 == 1


def _rendered(value: Any, *, quoted: bool) -> str:
    if not quoted:
        return '""' if value is None else _json(value)
    if value is None:
        return ""
    return value if isinstance(value, str) else _json(value).replace('"', "")


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
