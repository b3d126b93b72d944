"""Traffic that comes and cannot be judged would look as if all were well: say so, once a day."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from slipway.domain.drift.verdict import Verdict
from slipway.ports import News

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.drift.outcome import RunOutcome
    from slipway.domain.drift.record import DriftRecord
    from slipway.ports import Announcer

KIND = "Drift Check Failed"
TOLD_EACH = timedelta(days=1)


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
        silent = outcome.verdict.verdict is Verdict.CANNOT_TELL
        return record if silent else replace(record, blind=None)
    blind = record.blind or {"since": moment.isoformat(), "records": 0, "told": ""}
    blind = {**blind, "records": int(blind["records"]) + outcome.verdict.records}
    if _is_due(blind, outcome.enough, moment):
        announcer.announce(_news(record, outcome, execution))
        blind["told"] = moment.isoformat()
    return replace(record, blind=blind)


def _is_due(blind: Mapping[str, Any], enough: int, moment: datetime) -> bool:
    told = str(blind["told"])
    long_ago = not told or moment - datetime.fromisoformat(told) >= TOLD_EACH
    return long_ago and int(blind["records"]) >= enough


def _news(record: DriftRecord, outcome: RunOutcome, execution: str) -> News:
    return News(
        KIND,
        record.endpoint,
        f"The traffic of {record.endpoint} cannot be judged: {outcome.unjudged}",
        release=record.release,
        version=record.version,
        execution=execution,
        report=outcome.report,
    )
