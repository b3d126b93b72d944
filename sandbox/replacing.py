"""How functions of moto are replaced while a sandbox lives, and given back when it closes.

moto keeps one account's state in a process, so what is replaced is remembered for the process: a
sandbox that was closed must not answer for moto.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_originals: dict[tuple[Any, str], Any] = {}


def replace(owner: Any, **functions: Callable[..., Any]) -> None:
    """Put functions in the place of those of a module or class.

    Raises
    ------
    AttributeError
        moto has no function of that name any more.
    """
    for name, function in functions.items():
        if not callable(getattr(owner, name, None)):
            raise AttributeError(f"moto's {owner.__name__} has no function {name} any more")
        _originals.setdefault((owner, name), vars(owner)[name])
        setattr(owner, name, function)


def replaced() -> list[str]:
    """Return what is not moto's own at the moment."""
    return [f"{owner.__name__}.{name}" for owner, name in _originals]


def restore() -> None:
    """Give moto its own functions back."""
    for (owner, name), original in _originals.items():
        setattr(owner, name, original)
    _originals.clear()
