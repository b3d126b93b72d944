"""What people and programs hear of an episode of drift."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.domain.drift.episode import Episode, Turn
from slipway.domain.drift.episode import News as Happened
from slipway.domain.drift.telling import (
    drift_detail,
    over_detail,
    replaced_summary,
    suggestion,
    summary,
)
from slipway.ports import News

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.drift.outcome import RunOutcome
    from slipway.domain.drift.record import DriftRecord

DETECTED, OVER, RETRAIN = "Model Drift Detected", "Model Drift Over", "Retraining Suggested"
_RETRAIN_WORDS = " Training the model anew is suggested."


def plain_turn(turn: Turn) -> dict[str, Any]:
    """Return what there is to tell as plain values for the ledger."""
    return {
        "news": str(turn.news),
        "about": turn.about.as_dict() if turn.about else None,
        "suggests": turn.suggests_retraining,
    }


def turn_of(plain: Mapping[str, Any]) -> Turn:
    """Read :meth:`plain_turn`, without the episode that lasts: the ledger has it."""
    about = Episode.from_dict(plain["about"]) if plain["about"] else None
    return Turn(Happened(plain["news"]), None, about, bool(plain["suggests"]))


def farewell(record: DriftRecord, execution: str) -> list[News]:
    """Return that drift is over since another model serves; nothing if none had drifted."""
    told = record.replaced
    if told is None:
        return []
    episode = Episode.from_dict(dict(told["episode"]))
    words = replaced_summary(episode, told["version"], record.version)
    return [
        News(
            OVER,
            record.endpoint,
            f"{record.endpoint}: {words}",
            release=told["release"],
            version=told["version"],
            execution=execution,
            facts=over_detail(episode),
            report=told["report"],
        )
    ]


@dataclass(frozen=True, slots=True)
class Teller:
    """Puts into words what became of an episode.

    Parameters
    ----------
    data : mapping
        S3 URIs of what a training pipeline needs, by what lies there.
    """

    record: DriftRecord
    execution: str
    outcome: RunOutcome
    data: Mapping[str, str]

    def news(self, turn: Turn) -> list[News]:
        """Return the events, in order; people get one message for all of them."""
        episode = turn.about
        if episode is None or turn.news is Happened.NOTHING:
            return []
        words = f"{self.record.endpoint}: {summary(turn, self.outcome.verdict)}"
        if turn.news is Happened.OVER:
            return [self._news(OVER, words, over_detail(episode))]
        detail = drift_detail(episode, self.outcome.verdict) | {"news": str(turn.news)}
        if not turn.suggests_retraining:
            return [self._news(DETECTED, words, detail)]
        told = suggestion(episode, self.outcome.verdict, self.data)
        return [
            self._news(DETECTED, words + _RETRAIN_WORDS, detail),
            self._news(RETRAIN, words, told, for_people=False),
        ]

    def _news(
        self, kind: str, words: str, facts: dict[str, Any], *, for_people: bool = True
    ) -> News:
        return News(
            kind,
            self.record.endpoint,
            words,
            release=self.record.release,
            version=self.record.version,
            execution=self.execution,
            facts=facts,
            report=self.outcome.report,
            for_people=for_people,
        )
