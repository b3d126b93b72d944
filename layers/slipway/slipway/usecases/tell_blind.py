"""Traffic that comes and cannot be judged would look as if all were well: say so, once a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from slipway.domain.drift.verdict import Verdict
from slipway.usecases.drift_trouble import TOLD_EACH, is_due, trouble_news

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.drift.outcome import RunOutcome
    from slipway.domain.drift.record import DriftRecord
    from slipway.ports import Announcer


def tell_blind(
    record: DriftRecord,
    outcome: RunOutcome,
    moment: datetime,
    *,
    execution: str,
    announcer: Announcer,
) -> DriftRecord:
    """Return the record with since when nothing can be judged, and tell it if that is due.

    It is told before it is written, so that a repeated call loses no news.
    """
    if not outcome.unjudged:
        return replace(record, blind=_seeing(record.blind, outcome, moment))
    blind = record.blind or {"since": moment.isoformat(), "records": 0, "told": ""}
    blind = {**blind, "records": _records(record.blind, outcome)}
    if _is_due(blind, outcome, moment):
        words = f"The traffic of {record.endpoint} cannot be judged: {outcome.unjudged}"
        announcer.announce(trouble_news(record, words, execution, outcome.report))
        blind |= {"told": moment.isoformat(), "of": outcome.again}
    return replace(record, blind=blind)


def _seeing(
    blind: Mapping[str, Any] | None, outcome: RunOutcome, moment: datetime
) -> Mapping[str, Any] | None:
    """Return what is left of it: too little to judge is no trouble, but does not end one either."""
    if blind is None or outcome.verdict.verdict is not Verdict.CANNOT_TELL:
        return None
    readable = outcome.verdict.records > 0
    return {**blind, "since": moment.isoformat()} if readable else blind


def _records(blind: Mapping[str, Any] | None, outcome: RunOutcome) -> int:
    """Return how many records could not be judged so far."""
    before, now = int(blind["records"]) if blind else 0, outcome.verdict.records
    if outcome.again:
        return max(before, now)
    # One odd request may have come first: then the next run sees the columns of the others.
    return 0 if outcome.anew and blind is None else before + now


def _is_due(blind: Mapping[str, Any], outcome: RunOutcome, moment: datetime) -> bool:
    """Say whether it is much, or lasts; of the same captures nobody is told twice."""
    if not is_due(str(blind["told"]), moment):
        return False
    if outcome.again and outcome.again == blind.get("of"):
        return False
    lasting = moment - datetime.fromisoformat(blind["since"]) >= TOLD_EACH
    return lasting or int(blind["records"]) >= outcome.enough
