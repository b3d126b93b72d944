"""How good the model is, where the truth about its predictions is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from slipway.domain.drift.report.figures import number
from slipway.domain.drift.troubles import told_troubles
from slipway.domain.report.sections import section, table
from slipway.domain.report.words import count, percent, pill, text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slipway.domain.drift.quality import Joined, Limit, Measured
    from slipway.domain.drift.verdict import DriftVerdict, Finding


@dataclass(frozen=True, slots=True)
class Quality:
    """What turned out to be true, and what is said of it.

    Parameters
    ----------
    joined : Joined, optional
        Predictions beside the truth; None if only business metrics were measured.
    limits : sequence of Limit
        What the figures were judged by.
    business : sequence of Measured
        Numbers that somebody else measures.
    verdict : DriftVerdict
        Of figures and business metrics.
    left_out : mapping
        Truths that arrived and could not be used, by reason.
    uncounted : int
        Hours of answers of which more is known than is counted here.
    """

    verdict: DriftVerdict
    joined: Joined | None = None
    limits: Sequence[Limit] = ()
    business: Sequence[Measured] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    uncounted: int = 0


def quality_section(known: Quality | None) -> str:
    """Return figures and limits as a table; nothing if nothing is known."""
    if known is None:
        return ""
    found = {each.feature: each for each in known.verdict.findings}
    rows = [*_figures(known, found), *_business(known, found)]
    body = table(("Metric", "Now", "Limit", "Verdict", "Why"), rows)
    return section(
        "Model quality", body or f"<p>{text(known.verdict.reason)}</p>", lead=_lead(known)
    )


def _lead(known: Quality) -> str:
    joined, told = known.joined, []
    if joined is not None:
        share = f", {percent(joined.known / joined.answers)} of them" if joined.answers else ""
        told.append(f"The truth has arrived for {count(joined.known, 'answer')}{share}.")
        if joined.troubles:
            told.append(f"Of what is known was left out: {told_troubles(joined.troubles)}.")
    if known.left_out:
        told.append(f"Of what arrived was left out: {told_troubles(known.left_out)}.")
    if known.uncounted:
        told.append(f"More is known of {count(known.uncounted, 'hour')}, to be counted next.")
    return " ".join(told)


def _figures(known: Quality, found: dict[str, Finding]) -> list[tuple[str, ...]]:
    if known.joined is None:
        return []
    limits = {limit.metric: limit for limit in known.limits}
    rows: list[tuple[str, ...]] = []
    for metric in known.joined.tally.metrics():
        about = f" ± {number(metric.deviation)}" if metric.deviation is not None else ""
        limit, finding = limits.get(metric.name), found.get(metric.name)
        bound = (
            f"{'at most' if limit.at_most else 'at least'} {limit.threshold:g}" if limit else "–"
        )
        rows.append((_name(metric.name), number(metric.value) + about, bound, *_judged(finding)))
    return rows


def _business(known: Quality, found: dict[str, Finding]) -> list[tuple[str, ...]]:
    return [
        (
            _name(each.name),
            number(each.value),
            _bound(each.at_least, each.at_most),
            *_judged(found.get(each.name)),
        )
        for each in known.business
    ]


def _bound(least: float | None, most: float | None) -> str:
    bounds = [(least, "at least"), (most, "at most")]
    return ", ".join(f"{words} {number(value)}" for value, words in bounds if value is not None)


def _judged(finding: Finding | None) -> tuple[str, str]:
    if finding is None:
        return "–", "–"
    verdict = pill("Worse", "bad") if finding.violated else pill("Holds", "good")
    return verdict, text(finding.reason)


def _name(metric: str) -> str:
    return text(metric.replace("_", " "))
