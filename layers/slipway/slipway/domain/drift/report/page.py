"""Puts the page together."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from slipway.domain.drift.report.beginnings import beginnings
from slipway.domain.drift.report.headline import sentence, tiles
from slipway.domain.drift.report.looks import each_once, key_of
from slipway.domain.drift.report.multiples import feature_plot
from slipway.domain.drift.report.quality import quality_section
from slipway.domain.drift.report.retraining import retraining
from slipway.domain.drift.report.sections import (
    footer,
    form,
    what_did_not,
    what_drifted,
    what_was_read,
)
from slipway.domain.drift.verdict import Verdict
from slipway.domain.report.sections import section
from slipway.domain.report.shell import Shell
from slipway.domain.report.words import pill, text, timestamp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.drift.report.facts import DriftRun
    from slipway.domain.drift.verdict import Finding

VERDICTS = {
    Verdict.NO_DRIFT: ("No drift", "good"),
    Verdict.DRIFT: ("Drift", "bad"),
    Verdict.CANNOT_TELL: ("Cannot tell", "warn"),
}
_MOST_PLOTS, _NEAREST = 24, 6


def draw_report(run: DriftRun) -> str:
    """Return the report of a look at captured requests as one HTML page.

    It holds no scripts and loads nothing, so that it opens anywhere and can be mailed. Whatever
    users, a baseline or a person wrote is escaped; what users wrote is there only if the settings
    ask for examples.
    """
    label, tone = VERDICTS[run.verdict.verdict]
    version = f" <span>version {text(run.version)}</span>" if run.version else ""
    parts = [
        what_drifted(run),
        beginnings(run),
        distributions(run),
        form(run),
        quality_section(run.quality),
        retraining(run),
        what_was_read(run),
        what_did_not(run),
    ]
    return Shell(
        title=f"{run.subject} · drift · {label}",
        tone=tone,
        over=f"Drift report · {timestamp(run.told)}",
        heading=f"{text(run.subject)}{version} {pill(label, tone)}",
        reason=sentence(run),
        tiles=tiles(run),
        body="".join(parts),
        footer=footer(run),
    ).html(_style())


def distributions(run: DriftRun) -> str:
    """Return a small plot for each feature that drifted, or for those that came nearest to it."""
    drifted = each_once(run.drifted)
    if drifted:
        folded = _plots(run, drifted[_MOST_PLOTS:])
        more = f"{len(drifted) - _MOST_PLOTS} more"
        rest = f"<details><summary>{more}</summary>{folded}</details>" if folded else ""
        return section("Before and now", _KEY + _plots(run, drifted[:_MOST_PLOTS]) + rest)
    lead = "Nothing drifted; these came nearest to their limits."
    shown = _plots(run, each_once(run.ordered)[:_NEAREST])
    return section("Before and now", _KEY + shown, lead=lead) if shown else ""


_KEY = (
    '<ul class="legend key"><li class="before"><i></i>Baseline</li>'
    '<li class="now"><i></i>Now</li></ul>'
)


def _plots(run: DriftRun, findings: Sequence[Finding]) -> str:
    compared = {f"{each.side}/{each.feature}": each for each in run.comparisons}
    plots = "".join(
        feature_plot(each, compared[key_of(each)], known=not run.show_examples)
        for each in findings
        if key_of(each) in compared
    )
    return f'<div class="features">{plots}</div>' if plots else ""


@cache
def _style() -> str:
    return (Path(__file__).parent / "style.css").read_text(encoding="utf-8")
