"""Tell on one page what a release did."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from slipway.domain.report import facts_of, release_report
from slipway.errors import SlipwayError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.judge import VariantMinute
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import Clock, Measurements, ReleaseBook, Reports

# What is shown from before the first user met the version.
BEFORE = timedelta(minutes=10)


class Reporter:
    """Writes the report of a release that has ended."""

    def __init__(
        self,
        ledger: ReleaseBook,
        measurements: Measurements,
        reports: Reports,
        clock: Clock,
    ) -> None:
        self.ledger = ledger
        self.measurements = measurements
        self.reports = reports
        self.clock = clock

    def publish(self, endpoint: str, release: str) -> str:
        """Store the report and note where; return its S3 URI, or nothing if that is impossible.

        The outcome is written by then: a report that cannot be measured or stored takes nothing
        back, and whoever reads the record sees that there is none.
        """
        record = self.ledger.read_release(endpoint, release)
        try:
            uri = self.reports.publish(endpoint, release, self._page(record))
        except SlipwayError:
            return record.report
        self.ledger.note_release(endpoint, release, {"report": uri})
        return uri

    def _page(self, record: ReleaseRecord) -> str:
        now = self.clock.now()
        canary = str(record.plan.get("names", {}).get("variant", ""))
        facts = facts_of(
            record,
            now=now,
            canary=self._minutes(record, canary, now),
            baseline=self._minutes(record, str(record.made.get("baseline", "")), now),
        )
        return release_report(facts)

    def _minutes(
        self, record: ReleaseRecord, variant: str, now: datetime
    ) -> Sequence[VariantMinute]:
        steps = record.evidence.get("steps", [])
        if not variant or not steps:
            return ()
        since = datetime.fromisoformat(steps[0]["asked"]) - BEFORE
        return self.measurements.minutes(record.endpoint, variant, since, now)
