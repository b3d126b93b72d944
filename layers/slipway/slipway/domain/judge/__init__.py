"""Compares a canary with its baseline. Pure: measurements in, `(verdict, reason, evidence)` out."""

from slipway.domain.judge.error_rate import judge_error_rate
from slipway.domain.judge.latency import judge_latency
from slipway.domain.judge.measurement import VariantMinute
from slipway.domain.judge.verdict import Judgement, Verdict, worst

__all__ = [
    "Judgement",
    "VariantMinute",
    "Verdict",
    "judge_error_rate",
    "judge_latency",
    "worst",
]
