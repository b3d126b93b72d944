"""Numbers as people read them, and what a feature is called on the page."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from slipway.domain.report.words import text

if TYPE_CHECKING:
    from slipway.domain.drift.verdict import Where

_LARGE, _SMALL, _THOUSANDS = 1e7, 1e-4, 1000

TEST_NAMES = {
    "psi": "PSI",
    "ks": "KS",
    "jensen_shannon": "Jensen-Shannon",
    "wasserstein": "Wasserstein",
    "chi_square": "Chi-square",
    "l_infinity": "L-infinity",
    "mm_simple": "Simple",
    "mm_robust": "Robust",
}
CHECK_NAMES = {
    "data_type": "Data type",
    "completeness": "Completeness",
    "missing_column": "Missing column",
    "extra_column": "Extra column",
    "unreadable": "Reading",
    "unreadable_answers": "Reading",
    "categorical_values": "Categories",
}


def number(value: float | None) -> str:
    """Return a number with four significant digits.

    Example
    -------
    >>> number(52.83139), number(1234567.0), number(0.00001234), number(None)
    ('52.83', '1,234,567', '1.234e-05', '–')
    """
    if value is None:
        return "–"
    size = abs(value)
    if size and not _SMALL <= size < _LARGE:
        return f"{value:.4g}"
    return f"{value:,.0f}" if size >= _THOUSANDS else f"{value:.4g}"


def times(ratio: float) -> str:
    """Return how often a threshold goes into a distance.

    Example
    -------
    >>> times(0.0421), times(3.276), times(41.8)
    ('0.04 ×', '3.3 ×', '42 ×')
    """
    if ratio == inf:
        return "∞ ×"
    if ratio < 1:
        # 0.996 is not yet 1.
        return f"{min(ratio, 0.99):.2f} ×"
    return f"{ratio:.1f} ×" if ratio < 10 else f"{ratio:,.0f} ×"  # noqa: PLR2004 - ten


def feature_name(name: str, side: Where) -> str:
    """Return a feature's name as HTML, with a tag if the model says it."""
    tag = ' <span class="tag">prediction</span>' if side == "output" else ""
    return f"{text(name)}{tag}"
