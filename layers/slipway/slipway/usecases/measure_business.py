"""Ask CloudWatch for what users measure themselves, of each minute once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from slipway.domain.drift.quality import Measured

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.drift.record import DriftRecord, Run
    from slipway.domain.spec.watched import BusinessMetric
    from slipway.ports import BusinessNumbers

# CloudWatch has a metric of a minute a little later.
_LATE = timedelta(minutes=2)
# Windows meet where periods do, of one minute and of five: each is then judged once.
_PERIOD = timedelta(minutes=5)
_FIRST = timedelta(hours=1)


def measure_business(
    record: DriftRecord, run: Run, metrics: Sequence[BusinessMetric], numbers: BusinessNumbers
) -> tuple[list[Measured], str]:
    """Return what was measured since the last run that judged it, and up to when.

    The moment lies in the ledger: what a run that failed would have judged, the next one does.
    """
    before = str((record.truths or {}).get("until", ""))
    if not metrics:
        return [], ""
    until = _period(datetime.fromisoformat(run.since) - _LATE)
    since = datetime.fromisoformat(before) if before else until - _FIRST
    if since >= until:
        return [], before
    found = [
        Measured(
            each.metric,
            numbers.value(
                each.namespace,
                each.metric,
                each.dimensions,
                statistic=each.statistic,
                since=since,
                until=until,
            ),
            each.at_least,
            each.at_most,
        )
        for each in metrics
    ]
    return found, until.isoformat()


def _period(moment: datetime) -> datetime:
    midnight = moment.replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + (moment - midnight) // _PERIOD * _PERIOD
