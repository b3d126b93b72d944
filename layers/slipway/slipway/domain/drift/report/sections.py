"""The parts of the page that are text and tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.drift.report.figures import CHECK_NAMES, TEST_NAMES, feature_name, number
from slipway.domain.drift.report.looks import each_once
from slipway.domain.drift.verdict import Severity
from slipway.domain.report.sections import section, table
from slipway.domain.report.words import count, pill, text, timestamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from slipway.domain.drift.report.facts import DriftRun, Source
    from slipway.domain.drift.verdict import Finding

_MOST_ROWS = 15
_TONES = {
    Severity.NONE: "info",
    Severity.MODERATE: "warn",
    Severity.SERIOUS: "bad",
    Severity.SEVERE: "bad",
}


def what_drifted(run: DriftRun) -> str:
    """Return what drifted as a table, the furthest first."""
    drifted = run.drifted
    if not drifted:
        return ""
    folded = _folded(f"{len(drifted) - _MOST_ROWS} more", _table(drifted[_MOST_ROWS:]))
    lead = "The worst first; a severity is twice the distance of the one before."
    return section("What drifted", _table(drifted[:_MOST_ROWS]) + folded, lead=lead)


def what_did_not(run: DriftRun) -> str:
    """Return everything else that was compared, folded."""
    others = [each for each in run.ordered if not each.violated]
    words = f"{count(len(each_once(others)), 'feature')} without drift"
    unseen = ((feature_name(each.feature, each.side), _sentence(each)) for each in run.unseen)
    folded = [
        _folded(words, _table(others)),
        _folded(f"{len(run.unseen)} not compared", table(("Feature", "Why"), unseen)),
    ]
    return "".join(f"<section>{fold}</section>" for fold in folded if fold)


def _table(findings: Sequence[Finding]) -> str:
    head = ("Feature", "Test", "Distance", "Limit", "Severity", "Why")
    found = table(head, map(_row, findings))
    return f'<div class="findings">{found}</div>' if found else ""


def _row(finding: Finding) -> tuple[str, ...]:
    return (
        f"<span>{feature_name(finding.feature, finding.side)}</span>",
        text(TEST_NAMES.get(finding.test, finding.test)),
        f"<b>{number(finding.distance)}</b>" if finding.violated else number(finding.distance),
        number(finding.threshold),
        pill(f"{finding.severity}", _TONES[finding.severity]) if finding.violated else "–",
        _sentence(finding),
    )


def _sentence(finding: Finding) -> str:
    return text(finding.reason[:1].upper() + finding.reason[1:])


def _folded(words: str, body: str) -> str:
    return f"<details><summary>{text(words)}</summary>{body}</details>" if body else ""


def form(run: DriftRun) -> str:
    """Return what is wrong with the form of rows and values."""
    rows = (
        (
            f"<span>{feature_name(each.feature, each.side)}</span>",
            text(CHECK_NAMES.get(each.test, each.test)),
            pill(f"{each.severity}", _TONES[each.severity]),
            _sentence(each),
        )
        for each in run.broken
    )
    lead = "Checks beside distributions: most often a fault on the way to the model."
    found = table(("Feature", "Check", "Severity", "What was found"), rows)
    body = f'<div class="findings">{found}</div>' if found else ""
    return section("Values and columns", body, lead=lead)


def what_was_read(run: DriftRun) -> str:
    """Return files, rows, and what was left out and why."""
    items = "".join(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in _read(run.source))
    shown = "".join(f"<pre>{text(line)}</pre>" for line in run.examples if run.show_examples)
    return section("What was read", f"<dl>{items}</dl>{_folded('Lines set aside', shown)}")


def _read(source: Source) -> Iterable[tuple[str, str]]:
    coverage = source.coverage
    yield "Files", f"{source.files:,}"
    yield "Records", f"{coverage.records:,}"
    yield "Rows compared", f"{coverage.rows:,}"
    if source.first:
        yield "Requests", f"{text(source.first)} to {text(source.last)}"
    for reason, found in sorted(coverage.troubles.items(), key=lambda each: -each[1]):
        yield f"Set aside: {text(reason.replace('_', ' '))}", f"{found:,}"
    if source.synthetic:
        yield "Slipway's own calls, left out", f"{source.synthetic:,}"
    if source.places:
        yield "From", "<br>".join(text(place) for place in source.places)


def footer(run: DriftRun) -> str:
    """Return where this comes from."""
    rows = [("Compared with", run.baseline), ("Execution", run.execution)]
    items = "".join(f"<dt>{name}</dt><dd>{text(value)}</dd>" for name, value in rows if value)
    return f"<dl>{items}</dl><p>Written by Slipway on {timestamp(run.told)}.</p>"
