"""What a scenario is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from sandbox.proving.ledger import Item
    from sandbox.proving.world import World


class Scenario(Protocol):
    """Something that Slipway does from beginning to end.

    Attributes
    ----------
    family
        Scenarios that do the same with what serves have one name here: what one of them has shown
        of a call needs not be shown by another.
    workflows
        The workflows that it takes, as `statemachines/` names them.
    """

    name: str
    family: str
    workflows: frozenset[str]

    def prepare(self, world: World) -> None:
        """Bring about what the scenario begins with; nothing fails yet."""

    def act(self, world: World) -> None:
        """Begin; what follows is what is proved."""

    def conclude(self, world: World) -> None:
        """Let time pass until it is over, what it scheduled for later included."""

    def judge(self, world: World, releases: list[Item]) -> list[str]:
        """Return what is wrong with the outcome, besides what always has to hold."""
