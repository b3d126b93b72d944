"""Whatever is injected waits for what it is to hit: after so many, and so many times."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable


class Injected(Protocol):
    """Something that goes wrong.

    Attributes
    ----------
    skip
        How many of what it is for to let through first.
    times
        How many of them to hit; None for all.
    """

    skip: int
    times: int | None


T = TypeVar("T", bound=Injected)


class Injections(Generic[T]):
    """What waits, in the order in which it was injected.

    Attributes
    ----------
    met
        How often something went wrong.
    """

    def __init__(self) -> None:
        self.met = 0
        self._waiting: list[T] = []

    def add(self, injected: T) -> None:
        """Let it go wrong, after what was injected before for the same."""
        self._waiting.append(injected)

    def clear(self) -> None:
        """Take all of it back, and count anew."""
        self._waiting.clear()
        self.met = 0

    def _meet(self, is_for: Callable[[T], bool]) -> T | None:
        """Return what hits now, as `_take`, and count that it went wrong."""
        found = self._take(is_for)
        self.met += found is not None
        return found

    def _take(self, is_for: Callable[[T], bool]) -> T | None:
        """Return what hits now, and count it down; what is for it and lets it through as well."""
        for each in self._waiting:
            if not is_for(each):
                continue
            if each.skip > 0:
                each.skip -= 1
                continue
            self._count_down(each)
            return each
        return None

    def _count_down(self, injected: T) -> None:
        if injected.times is None:
            return
        injected.times -= 1
        if injected.times <= 0:
            self._waiting.remove(injected)
