"""Tell on one page what a release did."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from slipway.domain.report import facts_of, release_report
from slipway.errors import SlipwayError
from slipway.usecases.measuring import old_fleet

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
        now, names = self.clock.now(), record.plan.get("names", {})
        new, old = str(names.get("variant", "")), str(record.made.get("baseline", ""))
        if new and new == old:
            # A guarded deployment's fleets are one variant; the new one's metrics name its config.
            canary = self._minutes(record, new, now, str(names["endpoint_config"]))
            baseline: Sequence[VariantMinute] = old_fleet(self._minutes(record, new, now), canary)
        else:
            canary, baseline = (self._minutes(record, each, now) for each in (new, old))
        return release_report(facts_of(record, now=now, canary=canary, baseline=baseline))

    def _minutes(
        self, record: ReleaseRecord, variant: str, now: datetime, config: str = ""
    ) -> Sequence[VariantMinute]:
        steps = record.evidence.get("steps", [])
        if not variant or not steps:
            return ()
        since = datetime.fromisoformat(steps[0]["asked"]) - BEFORE
        return self.measurements.minutes(record.endpoint, variant, since, now, config)
