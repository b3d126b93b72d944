"""Puts the page together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.report.plots import plots
from slipway.domain.report.sections import before_users, footer, minute_table, plan, tiles
from slipway.domain.report.shell import Shell
from slipway.domain.report.timeline import timeline
from slipway.domain.report.words import OUTCOMES, pill, text, timestamp

if TYPE_CHECKING:
    from slipway.domain.report.facts import ReportFacts


def release_report(facts: ReportFacts) -> str:
    """Return the report of a release as one HTML page.

    It holds no scripts and loads nothing, so that it opens anywhere and can be mailed. Whatever
    a model, a person or AWS wrote is escaped.
    """
    label, tone = OUTCOMES.get(facts.outcome, (facts.outcome, "info"))
    endpoint, version = text(facts.endpoint), text(facts.version)
    charts = f'<div class="charts">{"".join(plots(facts))}</div>\n'
    sections = [timeline(facts), before_users(facts), plan(facts), minute_table(facts)]
    return Shell(
        title=f"{facts.endpoint} · version {facts.version} · {label}",
        tone=tone,
        over=f"Release report · {timestamp(facts.started)}",
        heading=f"{endpoint} <span>version {version}</span> {pill(label, tone)}",
        reason=facts.reason,
        tiles=tiles(facts),
        body=charts + "".join(sections),
        footer=footer(facts),
    ).html()
