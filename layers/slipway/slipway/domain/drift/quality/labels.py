"""Labels and numbers as they stand in answers and in ground truth, made comparable."""

from __future__ import annotations

from math import isfinite
from typing import Any


def label_of(value: Any) -> str:
    """Return a label: `1`, `1.0`, `"1"` and true are the same one.

    Example
    -------
    >>> label_of(" 1.0 "), label_of(True), label_of("churned")
    ('1', '1', 'churned')
    """
    if isinstance(value, bool):
        return str(int(value))
    number = number_of(value)
    if number is not None and number.is_integer():
        return str(int(number))
    return str(value).strip().strip('"')


def number_of(value: Any) -> float | None:
    """Return a finite number; None if it is none."""
    if not isinstance(value, str | int | float):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if isfinite(number) else None
