"""Named shapes of demand, as requests per second. Pure."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import cos, pi

DAY = 86_400


@dataclass(frozen=True)
class Surge:
    """A surge in seconds of its day.

    Attributes
    ----------
    day
        The day on which it comes.
    begin
        When the demand begins to rise, in seconds after midnight.
    times
        How many times the mean it reaches.
    rise, hold, fall
        Seconds that it takes to come, stays, and takes to go.
    """

    day: date
    begin: int
    times: float
    rise: int
    hold: int
    fall: int

    def height(self, second: float) -> float:
        """Return the part of the surge that is there, 0 to 1, so many seconds after its begin."""
        gone = second - self.rise - self.hold
        if second < 0 or gone > self.fall:
            return 0.0
        return min(second / self.rise, 1.0, 1.0 - gone / self.fall)


@dataclass(frozen=True)
class Hours:
    """When there are users at all: local seconds of a day, and weekdays (0 is Monday).

    Attributes
    ----------
    ramp
        Seconds in which they come and go.
    """

    begin: int
    end: int
    days: frozenset[int]
    ramp: int

    def height(self, day: int, second: float) -> float:
        """Return the part of the users that is there, 0 to 1."""
        if day not in self.days:
            return 0.0
        near = min(second - self.begin, self.end - second)
        return min(max(near / self.ramp, 0.0), 1.0)


@dataclass(frozen=True)
class Shape:
    """A daily rhythm, perhaps with a surge on it, perhaps within working hours only.

    Attributes
    ----------
    mean
        Requests per second over a whole day of the rhythm.
    rhythm
        How many times the quietest moment's demand the busiest one's is.
    peak
        The busiest moment, in seconds after midnight.
    """

    mean: float
    rhythm: float
    peak: int
    surge: Surge | None = None
    hours: Hours | None = None

    def rates(self, start: datetime, seconds: int) -> array[float]:
        """Return the demand from a local moment on, second by second."""
        first = start.hour * 3600 + start.minute * 60 + start.second
        return array("d", (self._at(start.date(), first + each) for each in range(seconds)))

    def usual(self, second: float) -> float:
        """Return the rhythm's demand at a second of the day."""
        swing = (self.rhythm - 1) / (self.rhythm + 1)
        return self.mean * (1 + swing * cos(2 * pi * (second - self.peak) / DAY))

    def _at(self, first: date, second: int) -> float:
        days, within = divmod(second, DAY)
        day = first + timedelta(days=days) if days else first
        usual = self.usual(within)
        if self.hours is not None:
            usual *= self.hours.height(day.weekday(), within)
        if self.surge is None or day != self.surge.day:
            return usual
        height = self.surge.height(within - self.surge.begin)
        return usual + height * max(self.mean * self.surge.times - usual, 0.0)
