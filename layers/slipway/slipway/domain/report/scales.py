"""From values to places in a plot."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from math import floor, log10

# The plot's own coordinates; the browser stretches them to whatever room there is.
WIDTH, HEIGHT = 1000, 300
_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
_LONGEST_LINES = 4
_TICKS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 240, 480, 720, 1440)
_MOST_TICKS = 6


@dataclass(frozen=True, slots=True)
class Span:
    """The time that a plot shows."""

    begin: datetime
    end: datetime

    def share(self, moment: datetime) -> float:
        """Return how far along the span a moment is, 0 to 1."""
        whole = (self.end - self.begin).total_seconds()
        return min(1.0, max(0.0, (moment - self.begin).total_seconds() / whole))

    def x(self, moment: datetime) -> float:
        """Return the place of a moment."""
        return round(self.share(moment) * WIDTH, 1)

    def ticks(self) -> list[datetime]:
        """Return round times to write below the plot."""
        minutes = (self.end - self.begin).total_seconds() / 60
        step = next((each for each in _TICKS if minutes / each <= _MOST_TICKS), _TICKS[-1])
        midnight = self.begin.replace(hour=0, minute=0, second=0, microsecond=0)
        passed = (self.begin - midnight) // timedelta(minutes=step) + 1
        first = midnight + passed * timedelta(minutes=step)
        ticks = [first + number * timedelta(minutes=step) for number in range(_MOST_TICKS + 1)]
        return [tick for tick in ticks if tick < self.end]


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from 0 to `top`, with lines at every `step`."""

    top: float
    step: float

    @classmethod
    def up_to(cls, highest: float) -> Scale:
        """Return a scale with room for a value and with round numbers at its lines.

        Example
        -------
        >>> Scale.up_to(0.047)
        Scale(top=0.06, step=0.02)
        """
        rough = max(highest, 1e-9) * 1.08 / _LONGEST_LINES
        power = 10.0 ** floor(log10(rough))
        step = next(nice * power for nice in _NICE if nice * power >= rough)
        lines = -int(-highest * 1.08 // step) or 1
        return cls(round(step * lines, 12), round(step, 12))

    def lines(self) -> list[float]:
        """Return the values that have a line."""
        return [round(self.step * number, 12) for number in range(round(self.top / self.step) + 1)]

    def y(self, value: float) -> float:
        """Return the place of a value; 0 is at the bottom."""
        return round(HEIGHT * (1 - min(1.0, max(0.0, value / self.top))), 1)
