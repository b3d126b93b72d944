"""How many instances exist at the same time."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fleets:
    """The instances on both sides of a release.

    Parameters
    ----------
    old_type, new_type : str
        Instance types of what serves and of what comes.
    old : int
        Instances that serve now.
    new : int
        Instances that the new version needs for all of the demand.
    """

    old_type: str
    old: int
    new_type: str
    new: int

    def together(self, old: int, new: int) -> dict[str, int]:
        """Return instances by type for some counts of both sides."""
        counts = {self.new_type: new}
        counts[self.old_type] = counts.get(self.old_type, 0) + old
        return {kind: count for kind, count in counts.items() if count}

    def while_adding(self, canary: int) -> dict[str, int]:
        """Return what exists while the canary is added.

        UpdateEndpoint builds a new fleet for every variant before it takes the old one down.
        """
        return self.together(2 * self.old, canary)

    def while_restoring(self) -> dict[str, int]:
        """Return what exists while the canary is removed, which was shrunk to 1 before.

        Its size does not count: a rollback from a late step takes no more than one from the first.
        """
        return self.together(2 * self.old, 1)

    def while_settling(self) -> dict[str, int]:
        """Return what exists while the old variant is removed, which was shrunk to 1 before."""
        return self.together(1, 2 * self.new)


def highest(*moments: dict[str, int]) -> dict[str, int]:
    """Return the most instances of each type over several moments."""
    kinds = dict.fromkeys(kind for moment in moments for kind in moment)
    return {kind: max(moment.get(kind, 0) for moment in moments) for kind in kinds}
