"""Compares a canary with its baseline. Pure: measurements in, `(verdict, reason, evidence)` out."""

from slipway.domain.judge.custom import judge_custom
from slipway.domain.judge.custom_metric import CustomMetric
from slipway.domain.judge.error_rate import judge_error_rate
from slipway.domain.judge.latency import judge_latency
from slipway.domain.judge.measurement import Sample, VariantMinute
from slipway.domain.judge.step import ANYTIME_VALID, judge_step
from slipway.domain.judge.verdict import Judgement, Verdict, worst
from slipway.domain.judge.window import closed_minutes, first_verdict, judgeable, looks_in

__all__ = [
    "ANYTIME_VALID",
    "CustomMetric",
    "Judgement",
    "Sample",
    "VariantMinute",
    "Verdict",
    "closed_minutes",
    "first_verdict",
    "judge_custom",
    "judge_error_rate",
    "judge_latency",
    "judge_step",
    "judgeable",
    "looks_in",
    "worst",
]
