"""What golden and replayed requests came to, and what is allowed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slipway.domain.replay.captures import CapturedRequest

# Without load, over a network, by few requests: what is not twice as slow may be chance.
SLOWER = 2.0


@dataclass(frozen=True, slots=True)
class SmokeResult:
    """What a golden request came to.

    Parameters
    ----------
    number : int
        Its line in smoke.jsonl.
    problem : str
        How the answer differs, or the error; empty if it is right.
    raw : str
        The whole error, for the evidence.
    """

    number: int
    problem: str = ""
    raw: str = ""


@dataclass(frozen=True, slots=True)
class Replayed:
    """What a captured request came to.

    Parameters
    ----------
    answer : bytes
        The new version's answer.
    error : str
        How it failed, without what a user asked.
    ms : float, optional
        How long the new version took, in milliseconds.
    baseline_ms : float, optional
        How long what serves took for the same request, just before or after, by the same way.
    """

    request: CapturedRequest
    answer: bytes = b""
    content_type: str = ""
    error: str = ""
    ms: float | None = None
    baseline_ms: float | None = None


@dataclass(frozen=True, slots=True)
class Tolerances:
    """What is allowed; shares are 0 to 1.

    Parameters
    ----------
    errors : float
        Share of the replayed requests that may fail: all of them were answered before.
    answers : float
        Share of the answers that may have other values.
    slower : float
        How many times slower the new version may be.
    """

    errors: float = 0.005
    answers: float = 1.0
    slower: float = SLOWER
