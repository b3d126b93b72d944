"""What keeps an endpoint from being judged: told at once, then once a day while it lasts."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from slipway.ports import News

if TYPE_CHECKING:
    from slipway.domain.drift.record import DriftRecord

KIND = "Drift Check Failed"
TOLD_EACH = timedelta(days=1)


def is_due(told: str, moment: datetime) -> bool:
    """Say whether trouble is to be told, for nobody has been told of it for a day.

    Parameters
    ----------
    told : str
        When it was told last, ISO 8601 in UTC; empty if it never was.
    """
    return not told or moment - datetime.fromisoformat(told) >= TOLD_EACH


def trouble_news(record: DriftRecord, words: str, execution: str, report: str = "") -> News:
    """Return what people hear of it."""
    return News(
        KIND,
        record.endpoint,
        words,
        release=record.release,
        version=record.version,
        execution=execution,
        report=report,
    )
