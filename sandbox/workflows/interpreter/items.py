"""The items of a Map, and what an iteration gets of them."""

from __future__ import annotations

from typing import Any

from moto.stepfunctions.parser.api import HistoryEventType

from sandbox.workflows.interpreter.failures import query_failure
from sandbox.workflows.interpreter.templates import render, whole_number
from sandbox.workflows.limits import PAYLOAD_BYTES, size


def items_of(fields: dict[str, Any], env: Any) -> list[Any]:
    """Return the items that a Map goes through: its Items, or else its input."""
    items = render(fields["Items"], env, "Items") if "Items" in fields else env.states.get_input()
    if not isinstance(items, list):
        kind = "object" if isinstance(items, dict) else type(items).__name__
        raise query_failure(env, f"A Map goes through an array, and its items are: {kind}.")
    return items


def started(env: Any, length: int) -> None:
    """Write a Map's start into the history."""
    env.event_manager.add_event(
        context=env.event_history_context,
        event_type=HistoryEventType.MapStateStarted,
        event_details={"mapStateStartedEventDetails": {"length": length}},
    )


def select(fields: dict[str, Any], env: Any, index: int, item: Any) -> Any:
    """Return what an iteration gets: the item, or what ItemSelector makes of it."""
    if "ItemSelector" not in fields:
        return item
    context = env.states.context_object.context_object_data
    context["Map"] = {"Item": {"Index": index, "Value": item}}
    try:
        return render(fields["ItemSelector"], env, "ItemSelector")
    finally:
        del context["Map"]  # AWS has it in ItemSelector only.


def batches(fields: dict[str, Any], env: Any, items: list[Any]) -> list[tuple[Any, int]]:
    """Return the input of every child execution, with how many items it holds."""
    batcher = fields.get("ItemBatcher")
    if batcher is None:
        return [(item, 1) for item in items]
    most = whole_number(batcher.get("MaxItemsPerBatch"), env, "ItemBatcher/MaxItemsPerBatch", 0)
    bytes_field = "ItemBatcher/MaxInputBytesPerBatch"
    room = whole_number(batcher.get("MaxInputBytesPerBatch"), env, bytes_field, PAYLOAD_BYTES)
    head = {}
    if "BatchInput" in batcher:
        head["BatchInput"] = render(batcher["BatchInput"], env, "ItemBatcher/BatchInput")
    room = min(room or PAYLOAD_BYTES, PAYLOAD_BYTES) - size(head | {"Items": []})
    groups: list[list[Any]] = []
    used = 0
    for item in items:
        needed = size(item) + 1
        if not groups or used + needed > room or len(groups[-1]) == (most or len(items)):
            groups.append([])
            used = 0
        groups[-1].append(item)
        used += needed
    return [(head | {"Items": group}, len(group)) for group in groups]
