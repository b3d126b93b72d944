"""The instance types after one that AWS has no capacity for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def next_type(allowed: Sequence[str], refused: str) -> str:
    """Return the type that the spec names after a refused one; empty if there is none.

    Parameters
    ----------
    allowed : sequence of str
        `hosting.instance_type` and its fallbacks, in the order of the spec.
    """
    return next(iter(types_after(allowed, refused)), "")


def types_after(allowed: Sequence[str], refused: str) -> Sequence[str]:
    """Return the types that the spec names after a refused one, in their order."""
    return allowed[allowed.index(refused) + 1 :] if refused in allowed else ()
