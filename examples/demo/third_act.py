"""Act three: nothing is wrong with the model, but the world is no longer the one that it knows."""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING

from rich.text import Text

from examples.demo.second_act import save
from slipway.adapters.ledger import Ledger
from slipway_cli.stack import find_stack

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console

    from examples.demo.story import Story
    from sandbox.load import Users
    from slipway.domain.drift.record import DriftRecord

# A new scale reads a fifth too much; the body mass index is the third measurement.
SCALE, BMI = 1.2, 2
# A clinic asks about several patients at once: so drift is found within an hour or two.
AT_ONCE = 4
# Real seconds between two looks at the ledger, and until something must have been found.
_INTERVAL, _LONGEST = 0.5, 180.0


class Patients:
    """Gives requests about one patient after the other, for ever."""

    def __init__(self, rows: Sequence[str]) -> None:
        self._rows: Iterator[str] = cycle(rows)
        self.scale = 1.0
        self.at_once = 1

    def next(self) -> bytes:
        """Return the next request, a patient in a line."""
        return "\n".join(self._measured() for _ in range(self.at_once)).encode()

    def _measured(self) -> str:
        cells = next(self._rows).split(",")
        cells[BMI] = f"{float(cells[BMI]) * self.scale:.1f}"
        return ",".join(cells)


@dataclass
class ThirdAct:
    """Changes what users ask, and waits until Slipway notices."""

    endpoint: str
    story: Story
    console: Console

    def play(self, patients: Patients, users: Users) -> bool:
        """Return whether drift was found where it is, and nowhere else."""
        self.story.chapter("The world changes", "a new scale reads a fifth too much")
        self.story.say("Each hour the workflow drift compares what was captured with baseline.csv.")
        patients.scale, patients.at_once = SCALE, AT_ONCE
        with self.console.status("Users go on asking; drift is looked for each hour"):
            record = self._found()
        users.stop()
        if record.episode is None:
            self.story.say("[red]no drift was found[/]")
            return False
        entry = record.history[-1]
        line = Text.assemble((entry["verdict"], "bold red"), f"  {entry['reason']}")
        self.console.print(line, soft_wrap=True)
        self.story.say(
            "told once, as [bold]Model Drift Detected[/] and as [bold]Retraining Suggested[/]; "
            f"report: {save(entry['report'], f'{self.endpoint}-drift')}"
        )
        return "bmi" in record.episode["features"]

    def _found(self) -> DriftRecord:
        """Return the ledger's record once there is an episode, or when there should be one."""
        ledger, began = Ledger(find_stack("slipway").ledger_table), time.perf_counter()
        while True:
            record = ledger.read_drift(self.endpoint)
            late = time.perf_counter() - began > _LONGEST
            if late or (record.episode is not None and record.run is None):
                return record
            time.sleep(_INTERVAL)
