"""How functions of moto are replaced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


def replace(owner: Any, **functions: Callable[..., Any]) -> None:
    """Put functions in the place of those of a module or class."""
    for name, function in functions.items():
        setattr(owner, name, function)
