"""The parts of the page that are text and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.report.shell import tile_list
from slipway.domain.report.words import (
    METRICS,
    clock,
    count,
    duration,
    millis,
    percent,
    text,
    timestamp,
    verdict_pill,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from slipway.domain.judge import VariantMinute
    from slipway.domain.report.facts import ReportFacts


def section(title: str, body: str, *, lead: str = "") -> str:
    """Return a part of the page; nothing if it has no body."""
    intro = f'<p class="lead">{text(lead)}</p>' if lead else ""
    return f"<section><h2>{text(title)}</h2>{intro}{body}</section>" if body else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; cells are HTML, and the first word of a column tells phones its name."""
    cells = "".join(f"<th>{text(name)}</th>" for name in head)
    lines = "".join(
        "<tr>"
        + "".join(
            f'<td data-name="{text(name)}">{cell}</td>'
            for name, cell in zip(head, row, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    return f"<table><thead><tr>{cells}</tr></thead><tbody>{lines}</tbody></table>" if lines else ""


def tiles(facts: ReportFacts) -> str:
    """Return the few numbers that matter most."""
    found = [
        ("Took", duration(facts.last - facts.started), ""),
        ("Reached", f"{_reached(facts)} %", "of the requests"),
        *_user_tiles(facts),
    ]
    return tile_list(found)


def _reached(facts: ReportFacts) -> int:
    return max((stage.weight for stage in facts.stages if stage.started), default=0)


def _user_tiles(facts: ReportFacts) -> list[tuple[str, str, str]]:
    ours, theirs = _totals(facts.canary), _totals(facts.baseline)
    if not ours[0]:
        return [("Users", "0", "requests reached the new version")]
    against = f"of {count(ours[0], 'request')}: {_rate(ours)}; previous {_rate(theirs)}"
    latency = _median(facts.canary), _median(facts.baseline)
    tiles = [("Failed, new", f"{ours[1]:,}", against)]
    if None not in latency:
        more = f"previous {millis(latency[1] or 0)}"
        tiles.append(("Median latency, new", millis(latency[0] or 0), more))
    return tiles


def _totals(minutes: Sequence[VariantMinute]) -> tuple[int, int]:
    return sum(each.requests for each in minutes), sum(each.errors for each in minutes)


def _rate(totals: tuple[int, int]) -> str:
    # A tile is narrow: the number stays with its unit.
    return percent(totals[1] / totals[0]).replace(" ", "\u00a0") if totals[0] else "none"


def _median(minutes: Sequence[VariantMinute]) -> float | None:
    from statistics import median

    known = [each.latency / 1000 for each in minutes if each.latency is not None and each.requests]
    return median(known) if known else None


def judgements(found: Sequence[Mapping[str, Any]]) -> str:
    """Return judgements as a table."""
    return table(
        ("What", "Verdict", "Why"),
        (
            (
                text(METRICS.get(str(each["metric"]), each["metric"])),
                verdict_pill(each["verdict"]),
                text(each["reason"]) + _examples(each.get("evidence", {}).get("examples", ())),
            )
            for each in found
        ),
    )


def _examples(answers: Sequence[str]) -> str:
    """Return what was really answered, folded."""
    shown = "".join(f"<pre>{text(answer)}</pre>" for answer in answers)
    return f"<details><summary>As answered</summary>{shown}</details>" if shown else ""


def before_users(facts: ReportFacts) -> str:
    """Return what was found before a user met the version."""
    lead = "Golden requests and captured ones, sent to the new version while it had no share."
    return section("Before users", judgements(facts.before_users), lead=lead)


def plan(facts: ReportFacts) -> str:
    """Return the planned steps with their instances and money."""
    planned = facts.plan
    if planned is None or not planned.steps:
        return ""
    rows = (
        (
            f"{step.weight} %",
            f"{step.bake_seconds // 60} min",
            str(step.canary_instances),
            str(step.peak_instances),
            f"${step.usd_per_hour_peak}" if step.usd_per_hour_peak else "unknown",
        )
        for step in planned.steps
    )
    head = ("Share", "Watched", "Instances, new", "Instances at most", "USD per hour at most")
    notes = "".join(f"<li>{text(note)}</li>" for note in planned.notes)
    lead = f"Strategy {planned.strategy} on {planned.instance_type}."
    return section("Plan", table(head, rows) + (f"<ul>{notes}</ul>" if notes else ""), lead=lead)


def minute_table(facts: ReportFacts) -> str:
    """Return all numbers behind the plots, folded."""
    sides = [{each.minute: each for each in side} for side in (facts.canary, facts.baseline)]
    moments = sorted(sides[0].keys() | sides[1].keys())
    rows = (
        (clock(moment), *(cell for side in sides for cell in _cells(side.get(moment))))
        for moment in moments
    )
    head = ("UTC", "New: requests", "failed", "median", "Previous: requests", "failed", "median")
    found = table(head, rows)
    fold = "<details><summary>Every minute in numbers</summary>"
    return f'<section>{fold}<div class="wide">{found}</div></details></section>' if found else ""


def _cells(minute: VariantMinute | None) -> tuple[str, str, str]:
    if minute is None or not minute.requests:
        return "–", "–", "–"
    latency = millis(minute.latency / 1000) if minute.latency is not None else "–"
    return f"{minute.requests:,}", f"{minute.errors:,}", latency


def footer(facts: ReportFacts) -> str:
    """Return where this comes from."""
    rows = [("Release", facts.release), ("Execution", facts.execution)]
    if facts.replaced:
        rows.insert(1, ("Compared with", facts.replaced))
    items = "".join(f"<dt>{name}</dt><dd>{text(value)}</dd>" for name, value in rows if value)
    return f"<dl>{items}</dl><p>Written by Slipway on {timestamp(facts.told)}.</p>"
