"""Which happening is which act."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tests.prove.soaking.drops import Drops
from tests.prove.soaking.people import People
from tests.prove.soaking.troubles import Troubles

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.prove.soaking.plan import Happening
    from tests.prove.soaking.village import Village


class Acts(Drops, People, Troubles):
    """Does what is planned, and counts it."""

    def __init__(self, village: Village) -> None:
        super().__init__(village)
        self.done: Counter[str] = Counter()

    def do(self, happening: Happening) -> None:
        """Let it happen; what there is nobody for does not."""
        if _ACTS[happening.kind](self, happening):
            self.done[happening.kind] += 1


_ACTS: dict[str, Callable[[Acts, Happening], bool]] = {
    "good drop": Acts.good,
    "drop that errs": Acts.erring,
    "drop with a wrong answer": Acts.wrong,
    "drop that does not start": Acts.dead,
    "malicious drop": Acts.hostile,
    "same drop again": Acts.again,
    "drops in a row": Acts.row,
    "misplaced drop": Acts.misplaced,
    "settings": Acts.settings,
    "broken settings": Acts.broken_settings,
    "rush": Acts.rush,
    "alarm": Acts.ring,
    "command": Acts.command,
    "sleep by hand": lambda acts, happening: acts.rest(happening, "sleep"),
    "wake by hand": lambda acts, happening: acts.rest(happening, "wake"),
    "fault": Acts.fault,
    "trouble with capacity": Acts.trouble,
    "kill": Acts.kill,
    "event twice": Acts.twice,
    "key rotation": Acts.rotate,
}
