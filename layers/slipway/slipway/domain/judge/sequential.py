"""A test of two failure rates that may be looked at after every minute.

The evidence against "the canary fails at most `tolerance` more often than the baseline" is an
e-process: starting at 1, its expectation never exceeds 1 while that hypothesis is true, whatever
the rates, however many requests a minute brings and whenever one looks. By Ville's inequality it
then ever exceeds 1/alpha with a probability of at most alpha. Evidence of minutes is multiplied.

Sources: R. Turner, A. Ly, P. Grünwald, "Generic E-variables for exact sequential k-sample tests
that allow for optional stopping", J. Stat. Planning and Inference 230 (2024), for the E-variable of
two proportions; R. Turner, P. Grünwald, "Exact anytime-valid confidence intervals for contingency
tables and beyond", Statistics & Probability Letters 198 (2023), for null hypotheses that are
convex, as `canary <= baseline + tolerance` is. The alternative is a mixture over effect sizes; the
baseline's rate in it is estimated from earlier minutes only, which keeps each minute's E-variable
valid.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

# How much more often a canary may fail than it is allowed to, in the mixture: from "subtly" to
# "nearly always". Each has the same weight.
EFFECTS = (0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64)

# Rates are kept off 0 and 1, where one unexpected outcome would be infinite evidence.
_EDGE = 1e-6

# exp() of more overflows; the verdict is clear long before.
_LOG_MAXIMUM = 700.0

# The golden section, and how often an interval is cut by it: to a billionth.
_GOLDEN, _STEPS = 0.6180339887498949, 44

# The baseline is believed to have failed half a time in fifty requests before anything is seen.
_PRIOR_ERRORS, _PRIOR_REQUESTS = 0.5, 50.0


@dataclass(frozen=True)
class Counts:
    """Requests and failures of both variants in one minute."""

    baseline_requests: int
    baseline_errors: int
    canary_requests: int
    canary_errors: int


class Evidence:
    """The evidence that the canary fails more often than allowed, minute by minute.

    Parameters
    ----------
    tolerance
        By how much the canary's rate of failure may exceed the baseline's, 0 to 1.
    """

    def __init__(self, tolerance: float) -> None:
        self._tolerance = tolerance
        self._logs = [0.0] * len(EFFECTS)
        self._errors, self._requests = _PRIOR_ERRORS, _PRIOR_REQUESTS

    def add(self, minute: Counts) -> None:
        """Take the next minute into account."""
        rate = self._errors / self._requests
        self._logs = [
            total + _log_e_value(minute, rate, effect, self._tolerance)
            for total, effect in zip(self._logs, EFFECTS, strict=True)
        ]
        self._errors += minute.baseline_errors
        self._requests += minute.baseline_requests

    @property
    def e_value(self) -> float:
        """The e-value so far; 20 or more refutes the hypothesis at alpha = 0.05."""
        return sum(exp(min(total, _LOG_MAXIMUM)) for total in self._logs) / len(EFFECTS)


def evidence(minutes: Iterable[Counts], tolerance: float) -> float:
    """Return the e-value of minutes in the order of time; see `Evidence`."""
    found = Evidence(tolerance)
    for minute in minutes:
        found.add(minute)
    return found.e_value


def _log_e_value(minute: Counts, baseline: float, effect: float, tolerance: float) -> float:
    if not (minute.baseline_requests and minute.canary_requests):
        return 0.0  # Nothing to compare: some allowed pair of rates explains every outcome.
    canary = min(baseline + tolerance + effect, 1.0)
    null = _closest_allowed(minute, baseline, canary, tolerance)
    return _log_ratio(
        minute.baseline_requests, minute.baseline_errors, baseline, null
    ) + _log_ratio(minute.canary_requests, minute.canary_errors, canary, null + tolerance)


def _closest_allowed(minute: Counts, baseline: float, canary: float, tolerance: float) -> float:
    """Return the baseline's rate in the allowed pair of rates that is closest to the alternative.

    Closest in Kullback-Leibler divergence weighted by requests; on the boundary
    `canary = baseline + tolerance` that is convex in the rate: golden-section search.
    """
    low, high = 0.0, 1.0 - tolerance
    left, right = high - (high - low) * _GOLDEN, low + (high - low) * _GOLDEN
    at_left = _divergence(minute, baseline, canary, left, tolerance)
    at_right = _divergence(minute, baseline, canary, right, tolerance)
    for _ in range(_STEPS):
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - (high - low) * _GOLDEN
            at_left = _divergence(minute, baseline, canary, left, tolerance)
        else:
            low, left, at_left = left, right, at_right
            right = low + (high - low) * _GOLDEN
            at_right = _divergence(minute, baseline, canary, right, tolerance)
    return (low + high) / 2


def _divergence(
    minute: Counts, baseline: float, canary: float, null: float, tolerance: float
) -> float:
    return minute.baseline_requests * _kl(baseline, null) + minute.canary_requests * _kl(
        canary, null + tolerance
    )


def _kl(p: float, q: float) -> float:
    p, q = _inside(p), _inside(q)
    return p * log(p / q) + (1 - p) * log((1 - p) / (1 - q))


def _log_ratio(requests: int, errors: int, alternative: float, null: float) -> float:
    p, q = _inside(alternative), _inside(null)
    return errors * log(p / q) + (requests - errors) * log((1 - p) / (1 - q))


def _inside(rate: float) -> float:
    return min(max(rate, _EDGE), 1 - _EDGE)
