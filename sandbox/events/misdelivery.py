"""Deliveries that come twice, late, or after those that follow: at least once, and unordered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sandbox.injecting import Injections

MisdeliveryKind = Literal["twice", "twice, once late", "late", "overtaken"]


@dataclass
class Misdelivery:
    """What happens to deliveries.

    Attributes
    ----------
    name
        Which deliveries, as the courier names them: of a rule, a schedule, a subscription; None
        for any.
    kind
        `overtaken`: it waits for the next one of the name, which comes first.
    seconds
        How much later is late, and for how long the next one is waited for.
    skip
        How many deliveries to let through first.
    times
        How many deliveries to hit; None for all.
    """

    name: str | None
    kind: MisdeliveryKind
    seconds: float = 600.0
    skip: int = 0
    times: int | None = 1


class Misdeliveries(Injections[Misdelivery]):
    """The misdeliveries that wait for their deliveries."""

    def take(self, name: str) -> Misdelivery | None:
        """Return what a delivery meets, and count it down."""
        return self._meet(lambda each: each.name in (None, name))
