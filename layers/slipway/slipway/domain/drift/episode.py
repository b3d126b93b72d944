"""Drift that lasts is one episode: told when it begins, when it worsens, and when it is over.

An episode ends by hysteresis: only after a day, and several windows in a row, in which nothing is
even near its limit. Traffic has a rhythm of a day and the baseline has all of it, so that a feature
that is far off each evening is one episode and not one a day. A window of which nothing can be told
neither ends an episode nor keeps it from ending.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from slipway.domain.drift.verdict import Severity, Verdict

if TYPE_CHECKING:
    from slipway.domain.drift.verdict import DriftVerdict

# So many calm windows in a row end an episode, if they also last for so long.
CALM_WINDOWS = 3
CALM_TIME = timedelta(days=1)
# So many times as many drifting features as were told are news.
MANY_MORE = 2
# So many times as far beyond its limit is news; what hovers between two severities is none.
MUCH_FURTHER = 1.5
# Names of features that an episode remembers; the ledger's item has to stay small.
REMEMBERED = 100
# The ledger holds no infinity.
_MOST = 1e6


class News(StrEnum):
    """What there is to tell."""

    NOTHING = "nothing"
    BEGAN = "began"
    WORSENED = "worsened"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Window:
    """The time that a look covers: ISO 8601 in UTC.

    Attributes
    ----------
    first, last
        Of the earliest and the latest request.
    looked
        When they were looked at.
    """

    first: str
    last: str
    looked: str


@dataclass(frozen=True, slots=True)
class Told:
    """What people know of an episode.

    Attributes
    ----------
    ratio
        How many times its limit the worst distance was.
    """

    severity: Severity = Severity.NONE
    ratio: float = 0.0
    features: int = 0
    sides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Episode:
    """Drift that lasts.

    Attributes
    ----------
    began, last
        The earliest request of the first window that drifted, the latest of the last one.
    features
        Everything that has drifted since then, in the order in which it began.
    severity
        The worst that was found.
    windows
        How many have drifted.
    calm
        How many calm windows there were since the last one that was not.
    restless
        When that one was looked at.
    """

    id: str
    began: str
    last: str
    features: tuple[str, ...]
    severity: Severity
    told: Told
    windows: int = 1
    calm: int = 0
    restless: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return plain values for the ledger."""
        return {
            "id": self.id,
            "began": self.began,
            "last": self.last,
            "features": list(self.features),
            "severity": str(self.severity),
            "windows": self.windows,
            "calm": self.calm,
            "restless": self.restless,
            "told": {
                "severity": str(self.told.severity),
                "ratio": self.told.ratio,
                "features": self.told.features,
                "sides": list(self.told.sides),
            },
        }

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> Self:
        """Build an episode from :meth:`as_dict`."""
        told = values["told"]
        return cls(
            id=str(values["id"]),
            began=str(values["began"]),
            last=str(values["last"]),
            features=tuple(values["features"]),
            severity=Severity(values["severity"]),
            windows=int(values["windows"]),
            calm=int(values["calm"]),
            restless=str(values.get("restless", "")),
            told=Told(
                Severity(told["severity"]),
                float(told["ratio"]),
                int(told["features"]),
                tuple(map(str, told["sides"])),
            ),
        )


@dataclass(frozen=True, slots=True)
class Turn:
    """What a window means for an episode.

    Attributes
    ----------
    episode
        What to remember; None if there is no episode (any more).
    about
        The episode that the news are about, also one that is just over.
    """

    news: News
    episode: Episode | None
    about: Episode | None
    suggests_retraining: bool = False


def next_turn(previous: Episode | None, verdict: DriftVerdict, window: Window, new: str) -> Turn:
    """Return what becomes of the episode and what to tell.

    Parameters
    ----------
    new
        The id of an episode that begins now; the same for the same window, so that a look which is
        repeated begins no other one.
    """
    if verdict.verdict is Verdict.DRIFT:
        if previous is None:
            begun = _noted(_begun(verdict, window, new), verdict)
            return Turn(News.BEGAN, begun, begun, verdict.suggests_retraining)
        return _lasting(previous, verdict, window)
    if previous is None or verdict.verdict is Verdict.CANNOT_TELL:
        return Turn(News.NOTHING, previous, previous)
    if not verdict.calm:
        after = replace(previous, calm=0, restless=window.looked)
        return Turn(News.NOTHING, after, after)
    after = replace(previous, calm=previous.calm + 1, restless=previous.restless or window.looked)
    if after.calm >= CALM_WINDOWS and _lasted(after.restless, window.looked) >= CALM_TIME:
        return Turn(News.OVER, None, after)
    return Turn(News.NOTHING, after, after)


def _lasted(since: str, until: str) -> timedelta:
    return datetime.fromisoformat(until) - datetime.fromisoformat(since)


def _begun(verdict: DriftVerdict, window: Window, new: str) -> Episode:
    return Episode(
        id=new,
        began=window.first,
        last=window.last,
        features=verdict.features[:REMEMBERED],
        severity=verdict.severity,
        told=Told(),
        restless=window.looked,
    )


def _lasting(previous: Episode, verdict: DriftVerdict, window: Window) -> Turn:
    lasting = replace(
        previous,
        last=max(previous.last, window.last),
        features=tuple(dict.fromkeys((*previous.features, *verdict.features)))[:REMEMBERED],
        severity=max(previous.severity, verdict.severity, key=lambda each: each.rank),
        windows=previous.windows + 1,
        calm=0,
        restless=window.looked,
    )
    if not _is_worse(previous.told, verdict):
        return Turn(News.NOTHING, lasting, lasting)
    noted = _noted(lasting, verdict)
    return Turn(News.WORSENED, noted, noted, verdict.suggests_retraining)


def _noted(episode: Episode, verdict: DriftVerdict) -> Episode:
    told = Told(
        severity=max(episode.told.severity, verdict.severity, key=lambda each: each.rank),
        ratio=max(episode.told.ratio, _ratio(verdict)),
        features=max(episode.told.features, len(verdict.features)),
        sides=tuple(sorted({*episode.told.sides, *_sides(verdict)})),
    )
    return replace(episode, told=told)


def _is_worse(told: Told, verdict: DriftVerdict) -> bool:
    """Say whether there is news: each can come only a few times in an episode.

    Predictions that begin to drift after inputs did are news, for now users notice.
    """
    severer = verdict.severity.rank > told.severity.rank
    return (
        (severer and _ratio(verdict) >= MUCH_FURTHER * told.ratio)
        or len(verdict.features) >= MANY_MORE * max(1, told.features)
        or not _sides(verdict) <= set(told.sides)
    )


def _sides(verdict: DriftVerdict) -> set[str]:
    return {str(finding.side) for finding in verdict.violations}


def _ratio(verdict: DriftVerdict) -> float:
    found = max((finding.ratio for finding in verdict.violations), default=0.0)
    return float(f"{min(found, _MOST):.6g}")
