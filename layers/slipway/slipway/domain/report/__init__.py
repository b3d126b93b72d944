"""The release report: one page, without scripts, without anything from elsewhere."""

from slipway.domain.report.facts import ReportFacts, Stage, facts_of
from slipway.domain.report.page import release_report

__all__ = ["ReportFacts", "Stage", "facts_of", "release_report"]
