"""Condemn a release whose alarms ring already: their events tell edges, not levels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from slipway.domain.alarm_words import alarm_in_words
from slipway.domain.demand_alarms import of_trouble
from slipway.domain.release import Sentence
from slipway.ports import AlarmReader, Condemnation, ReleaseBook
from slipway.usecases.rollout import raise_sentence
from slipway.usecases.telling_alarms import telling_alarms

if TYPE_CHECKING:
    from slipway.usecases.rollout import Rollout


class SentencingBook(Condemnation, ReleaseBook, Protocol):
    """The parts of the ledger that a sentence touches."""


def condemn_ringing(
    rollout: Rollout, *, ledger: SentencingBook, alarms: AlarmReader, now: str
) -> None:
    """Condemn the release if an alarm of its canary rings that what serves does not share.

    Raises
    ------
    CanaryFailed, ReleaseAborted
        The error of the first sentence, which may be another one.
    """
    release = rollout.release
    watched = of_trouble(release.made.get("alarms", []))
    ringing = alarms.alarms_in_alarm(watched)
    telling = telling_alarms(release, ringing, rollout.baseline, ledger=ledger, alarms=alarms)
    if not telling:
        return
    name, reason = telling[0], ringing[telling[0]]
    sentence = Sentence(alarm_in_words(name, reason), f"alarm {name}", now, evidence=dict(ringing))
    found = ledger.condemn(release.endpoint, release.release, sentence)
    raise_sentence(found.condemned or sentence.as_dict())
