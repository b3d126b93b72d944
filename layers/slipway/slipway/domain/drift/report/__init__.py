"""The drift report: one page, without scripts, without anything from elsewhere."""

from slipway.domain.drift.report.facts import DriftRun, Quality, QualityFigure, Source
from slipway.domain.drift.report.looks import PastLook
from slipway.domain.drift.report.page import draw_report

__all__ = ["DriftRun", "PastLook", "Quality", "QualityFigure", "Source", "draw_report"]
