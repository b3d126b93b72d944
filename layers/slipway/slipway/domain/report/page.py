"""Puts the page together."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from slipway.domain.report.plots import plots
from slipway.domain.report.sections import before_users, footer, minute_table, plan, tiles
from slipway.domain.report.timeline import timeline
from slipway.domain.report.words import OUTCOMES, pill, text, timestamp

if TYPE_CHECKING:
    from slipway.domain.report.facts import ReportFacts

_HERE = Path(__file__).parent


def release_report(facts: ReportFacts) -> str:
    """Return the report of a release as one HTML page.

    It holds no scripts and loads nothing, so that it opens anywhere and can be mailed. Whatever
    a model, a person or AWS wrote is escaped.
    """
    label, tone = OUTCOMES.get(facts.outcome, (facts.outcome, "info"))
    return _template("page.html").substitute(
        title=text(f"{facts.endpoint} · version {facts.version} · {label}"),
        style=_read("style.css"),
        outcome=pill(label, tone),
        tone=tone,
        endpoint=text(facts.endpoint),
        version=text(facts.version),
        reason=text(facts.reason),
        when=timestamp(facts.started),
        tiles=tiles(facts),
        plots="".join(plots(facts)),
        sections="".join([timeline(facts), before_users(facts), plan(facts), minute_table(facts)]),
        footer=footer(facts),
    )


@cache
def _read(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")


def _template(name: str) -> Template:
    return Template(_read(name))
