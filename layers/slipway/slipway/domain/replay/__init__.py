"""Replays what users asked before, and judges the answers before a user gets one."""

from slipway.domain.replay.captures import CapturedRequest, choose, parse_capture, parse_captures
from slipway.domain.replay.comparing import Agreement, compare
from slipway.domain.replay.form import Form
from slipway.domain.replay.judging import judge_before_users, judge_smoke
from slipway.domain.replay.outcomes import Replayed, SmokeResult, Tolerances

__all__ = [
    "Agreement",
    "CapturedRequest",
    "Form",
    "Replayed",
    "SmokeResult",
    "Tolerances",
    "choose",
    "compare",
    "judge_before_users",
    "judge_smoke",
    "parse_capture",
    "parse_captures",
]
