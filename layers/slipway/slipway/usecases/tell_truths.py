"""Truths that nobody can use, and a look at them that fails: said, but not each hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.drift.quality.matching import Matches
from slipway.domain.release import words_of_failure
from slipway.usecases.drift_trouble import is_due, trouble_news

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from slipway.domain.drift.outcome import RunOutcome
    from slipway.domain.drift.record import DriftRecord
    from slipway.ports import Announcer


def tell_truths(  # noqa: PLR0913 - what is told, and by whom
    record: DriftRecord,
    outcome: RunOutcome,
    failure: Mapping[str, Any],
    moment: datetime,
    *,
    execution: str,
    announcer: Announcer,
) -> Mapping[str, Any] | None:
    """Return what the ledger remembers of truths, and tell what is wrong with them if that is due.

    It is told before it is written, so that a repeated call loses no news.

    Parameters
    ----------
    failure : mapping
        Error and Cause of the state that judges quality; empty if it did not fail.
    """
    truths = dict(outcome.truths) if outcome.truths is not None else None
    trouble = dict((record.truths or {}).get("trouble") or {})
    words = _words(record, truths or {}, failure)
    if not words:
        # What was told of this day is not told again, should it come back.
        return truths if truths is None else truths | ({"trouble": trouble} if trouble else {})
    if is_due(str(trouble.get("told", "")), moment):
        announcer.announce(trouble_news(record, words, execution, outcome.report))
        trouble = {"told": moment.isoformat()}
    return (truths or {}) | {"trouble": trouble}


def _words(record: DriftRecord, truths: Mapping[str, Any], failure: Mapping[str, Any]) -> str:
    about = f"How good the model of {record.endpoint} is"
    if failure:
        told = f"{about} could not be looked at: {words_of_failure(failure)}"
        return f"{told}. What it is asked was looked at all the same"
    matches = truths.get("matches")
    lacking = Matches(**matches).lacking if matches else ""
    lacking = lacking or str(truths.get("lacking", ""))
    return f"{about} cannot be told: {lacking}" if lacking else ""
