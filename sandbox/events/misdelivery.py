"""Deliveries that come twice, late, or after those that follow: at least once, and unordered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MisdeliveryKind = Literal["twice", "twice, once late", "late", "overtaken"]


@dataclass
class Misdelivery:
    """What happens to deliveries.

    Attributes
    ----------
    name
        Which deliveries, as the courier names them: of a rule, a schedule, a subscription.
    kind
        `overtaken`: it waits for the next one of the name, which comes first.
    seconds
        How much later is late, and for how long the next one is waited for.
    skip
        How many deliveries to let through first.
    times
        How many deliveries to hit; None for all.
    """

    name: str
    kind: MisdeliveryKind
    seconds: float = 600.0
    skip: int = 0
    times: int | None = 1


class Misdeliveries:
    """The misdeliveries that wait for their deliveries.

    Attributes
    ----------
    met
        How many deliveries met one.
    """

    def __init__(self) -> None:
        self.met = 0
        self._waiting: list[Misdelivery] = []

    def add(self, misdelivery: Misdelivery) -> None:
        """Let deliveries meet it."""
        self._waiting.append(misdelivery)

    def clear(self) -> None:
        """Take all of them back, and count anew."""
        self._waiting.clear()
        self.met = 0

    def take(self, name: str) -> Misdelivery | None:
        """Return what a delivery meets, and count it down."""
        for each in self._waiting:
            if each.name != name:
                continue
            if each.skip > 0:
                each.skip -= 1
                continue
            self.met += 1
            if each.times is not None:
                each.times -= 1
                if each.times == 0:
                    self._waiting.remove(each)
            return each
        return None
