"""When the drift began: distances over the last looks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.report.figures import feature_name, times
from slipway.domain.drift.report.looks import PastLook, each_once, key_of
from slipway.domain.drift.verdict import Verdict
from slipway.domain.report.sections import section
from slipway.domain.report.words import text, timestamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.drift.report.facts import DriftRun
    from slipway.domain.drift.verdict import Finding

_MOST_FEATURES, _MOST_LOOKS = 8, 48
# The strip shows distances up to so many thresholds; what is further is as high.
_TOP = 3.0
_HEIGHT = 60


def beginnings(run: DriftRun) -> str:
    """Return how far what drifted was from the baseline at each of the last looks."""
    looks = [*(run.parts or (*run.history, PastLook.of(run.verdict, run.told)))][-_MOST_LOOKS:]
    if len(looks) < 2:  # noqa: PLR2004 - one look has no before
        return ""
    shown = each_once(run.drifted or run.ordered)[:_MOST_FEATURES]
    rows = "".join(_row(finding, looks) for finding in shown)
    ends = f'<p class="ends"><span>{_short(looks[0])}</span><span>{_short(looks[-1])}</span></p>'
    drawn = "up to three limits; the line is one, red is drift."
    lead = f"Distances at the last {len(looks)} looks, {drawn} {_since(run)}".strip()
    title = "When it began" if run.drifted else "The last looks"
    return section(title, f'<div class="strips">{rows}</div>{ends}', lead=lead)


def _since(run: DriftRun) -> str:
    if run.began is None:
        return ""
    return f"What lasts now was first found on {run.began:%-d %B %Y at %H:%M} UTC."


def _short(look: PastLook) -> str:
    return timestamp(look.at)


def _row(finding: Finding, looks: Sequence[PastLook]) -> str:
    ratios = [look.ratios.get(key_of(finding)) for look in looks]
    bars = "".join(
        _bar(place, ratio, look)
        for place, (ratio, look) in enumerate(zip(ratios, looks, strict=True))
        if ratio is not None
    )
    line = _HEIGHT * (1 - 1 / _TOP)
    said = f"{finding.feature}: {times(ratios[-1] or 0)} limit at the last look"
    return (
        f"<p>{feature_name(finding.feature, finding.side)}</p>"
        f'<svg viewBox="0 0 {len(looks)} {_HEIGHT}" preserveAspectRatio="none" role="img" '
        f'aria-label="{text(said)}">{bars}'
        f'<line class="limit" x1="0" x2="{len(looks)}" y1="{line:.1f}" y2="{line:.1f}"/></svg>'
    )


def _bar(place: int, ratio: float, look: PastLook) -> str:
    height = max(1.0, _HEIGHT * min(ratio, _TOP) / _TOP)
    # In a small window a distance can be beyond its limit by chance.
    style = "over" if ratio > 1 and look.verdict == Verdict.DRIFT else "under"
    return (
        f'<rect class="{style}" x="{place + 0.1:.1f}" y="{_HEIGHT - height:.1f}" width="0.8" '
        f'height="{height:.1f}"><title>{look.at:%-d %B %H:%M}: {times(ratio)} limit</title>'
        "</rect>"
    )
