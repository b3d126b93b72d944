"""The drift report: one page, without scripts, without anything from elsewhere."""

from slipway.domain.drift.report.facts import DriftRun, Source
from slipway.domain.drift.report.looks import PastLook
from slipway.domain.drift.report.page import draw_report
from slipway.domain.drift.report.quality import Quality

__all__ = ["DriftRun", "PastLook", "Quality", "Source", "draw_report"]
