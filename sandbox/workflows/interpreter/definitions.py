"""Definitions as JSON: what moto's parser loses or refuses is read from here."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

# Fields of a Map that moto's parser refuses (ItemBatcher) or only half knows.
_OWN_MAP_FIELDS = (
    "ItemBatcher",
    "ItemReader",
    "ResultWriter",
    "ToleratedFailureCount",
    "ToleratedFailurePercentage",
    "MaxConcurrency",
    "Items",
    "ItemSelector",
)


def walk_states(machine: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every state of a machine with its name, those of branches and maps too."""
    for name, state in machine.get("States", {}).items():
        yield name, state
        for inner in inner_machines(state):
            yield from walk_states(inner)


def inner_machines(state: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the machines inside a Parallel or Map."""
    processor = state.get("ItemProcessor")
    return list(state.get("Branches", [])) + ([processor] if processor else [])


@lru_cache(maxsize=64)
def states_by_name(definition: str) -> dict[str, dict[str, Any]]:
    """Return every state of a definition by its name, which is unique in the machine."""
    return dict(walk_states(json.loads(definition)))


@lru_cache(maxsize=64)
def for_moto(definition: str) -> str:
    """Return a definition without the fields that this package carries out itself."""
    machine = json.loads(definition)
    for _, state in walk_states(machine):
        if state.get("Type") == "Map":
            for field in _OWN_MAP_FIELDS:
                state.pop(field, None)
            config = state["ItemProcessor"].get("ProcessorConfig", {})
            if config.get("ExecutionType") == "EXPRESS":
                config["ExecutionType"] = "STANDARD"  # All that moto's parser knows.
    return json.dumps(machine)


def is_expression(value: Any) -> bool:
    """Tell whether a value is JSONata."""
    return isinstance(value, str) and value.startswith("{%") and value.endswith("%}")
