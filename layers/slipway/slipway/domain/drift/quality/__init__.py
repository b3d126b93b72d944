"""How good predictions were, once the truth about them arrives."""

from slipway.domain.drift.quality.answers import CapturedAnswer, captured_answers
from slipway.domain.drift.quality.business import Measured, judge_business
from slipway.domain.drift.quality.files import quality_statistics, quality_violations
from slipway.domain.drift.quality.joining import TALLIES, Joined, join
from slipway.domain.drift.quality.judging import judge_quality, lacking
from slipway.domain.drift.quality.limits import Limit, limits_of, read_limits, together
from slipway.domain.drift.quality.settings import QualitySettings
from slipway.domain.drift.quality.truths import Truths, read_truths

__all__ = [
    "TALLIES",
    "CapturedAnswer",
    "Joined",
    "Limit",
    "Measured",
    "QualitySettings",
    "Truths",
    "captured_answers",
    "join",
    "judge_business",
    "judge_quality",
    "lacking",
    "limits_of",
    "quality_statistics",
    "quality_violations",
    "read_limits",
    "read_truths",
    "together",
]
