"""Numbers, times and verdicts as people read them, escaped for the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import escape

OUTCOMES = {
    "running": ("Running", "info"),
    "parked": ("Waiting", "info"),
    "succeeded": ("Promoted", "good"),
    "rolled-back": ("Rolled back", "bad"),
    "failed": ("Failed", "bad"),
    "superseded": ("Superseded", "info"),
}
VERDICTS = {
    "PASS": ("Pass", "good"),
    "INCONCLUSIVE": ("Cannot tell", "warn"),
    "ERROR": ("Not measured", "warn"),
    "FAIL": ("Fail", "bad"),
}
METRICS = {
    "smoke-test": "Golden requests",
    "replay-errors": "Replay: errors",
    "replay-answers": "Replay: answers",
    "replay-latency": "Replay: latency",
    "error-rate": "Errors",
    "refusals": "Refusals (4xx)",
    "latency": "Latency",
    "tail-latency": "Tail latency",
}
_ROUND = 100


def text(value: object) -> str:
    """Return text that HTML shows as it is."""
    return escape(str(value))


def pill(label: str, tone: str) -> str:
    """Return a coloured label."""
    return f'<span class="pill {tone}">{text(label)}</span>'


def verdict_pill(verdict: object) -> str:
    """Return the label of a verdict."""
    label, tone = VERDICTS.get(str(verdict), (str(verdict), "info"))
    return pill(label, tone)


def clock(moment: datetime) -> str:
    """Return the time of day in UTC."""
    return f"{moment.astimezone(UTC):%H:%M}"


def timestamp(moment: datetime) -> str:
    """Return a moment as a machine-readable element."""
    utc = moment.astimezone(UTC)
    return f'<time datetime="{utc:%Y-%m-%dT%H:%M:%SZ}">{utc:%-d %B %Y, %H:%M} UTC</time>'


def duration(span: timedelta) -> str:
    """Return a length of time.

    Example
    -------
    >>> duration(timedelta(minutes=95))
    '1 h 35 min'
    """
    seconds = max(0, round(span.total_seconds()))
    hours, minutes = divmod(seconds // 60, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min" if minutes else f"{seconds} s"


def percent(share: float) -> str:
    """Return a share of 0 to 1, small ones with more digits.

    Example
    -------
    >>> percent(0.0004), percent(0.0512), percent(1)
    ('0.04 %', '5.1 %', '100 %')
    """
    value = 100 * share
    if value == 0 or value >= _ROUND:
        return f"{value:.0f} %"
    return f"{value:.2f} %" if value < 1 else f"{value:.1f} %"


def millis(value: float) -> str:
    """Return milliseconds with three significant digits.

    Example
    -------
    >>> millis(20.42), millis(3.141), millis(1234.5)
    ('20.4 ms', '3.14 ms', '1,234 ms')
    """
    if value >= _ROUND or value == 0:
        return f"{value:,.0f} ms"
    return f"{value:.1f} ms" if value >= 10 else f"{value:.2f} ms"  # noqa: PLR2004 - ten


def count(number: int, noun: str) -> str:
    """Return a number with its noun.

    Example
    -------
    >>> count(1, "instance"), count(1200, "request")
    ('1 instance', '1,200 requests')
    """
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def tick(value: float, unit: str) -> str:
    """Return a round value beside a line of a plot.

    Example
    -------
    >>> tick(20.0, "ms"), tick(0.5, "%")
    ('20 ms', '0.5 %')
    """
    return f"{value:,.10g} {unit}"
