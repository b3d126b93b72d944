"""The page about a rehearsal: one file of HTML that loads nothing. Pure but for its own files."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

import slipway.domain.report
from rehearsal.plots import plots
from rehearsal.results import POLICIES
from rehearsal.table import asleep_words, row, times
from slipway.domain.report.words import pill, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rehearsal.results import Rehearsal

_HERE = Path(__file__).parent
_REPORT = Path(slipway.domain.report.__file__).parent
_HEAD = (
    "Policy",
    "Failed",
    "%",
    "Slow",
    "Instance-hours",
    "Cost",
    "× normal day",
    "× oracle",
    "× tracking",
)


def page(rehearsal: Rehearsal) -> str:
    """Return the page; the same rehearsal gives the same text."""
    scenario, failed = rehearsal.scenario, rehearsal.courses["slipway"].failed
    label, tone = ("no request failed", "good") if not failed else (f"{failed:,} failed", "warn")
    return Template(_read(_HERE / "page.html")).substitute(
        title=text(f"Rehearsal of {scenario.name}"),
        # The colours and cards of a release's report, and those of the policies.
        style=_read(_REPORT / "style.css") + _read(_HERE / "page.css"),
        tone=tone,
        when=text(f"{scenario.start:%-d %B %Y, %H:%M} UTC, {rehearsal.days * 24:g} hours"),
        name=text(scenario.name),
        outcome=pill(label, tone),
        about=text(scenario.about),
        tiles="".join(_tiles(rehearsal)),
        head="".join(f"<th>{name}</th>" for name in _HEAD),
        rows="".join(_row(rehearsal, policy) for policy in POLICIES),
        sleep=text(asleep_words(rehearsal)),
        plots="".join(plots(rehearsal)),
        facts="".join(f"<li>{text(fact)}</li>" for fact in _facts(rehearsal)),
        footer=text(
            f"Seed {rehearsal.seed}: the same seed gives the same page. Times are UTC. "
            "docs/rehearsal.md says how the figures come about."
        ),
    )


def _tiles(rehearsal: Rehearsal) -> Iterator[str]:
    ratios = rehearsal.ratios("slipway")
    named = {
        "Slipway: failed": f"{rehearsal.courses['slipway'].failed:,}",
        "Slipway: cost": f"${rehearsal.cost('slipway'):,.2f}",
        "Cost against a normal day": _times(ratios["cost_to_normal_day"]),
        "… against the oracle": _times(ratios["cost_to_oracle"]),
        "… against target tracking": _times(ratios["cost_to_target_tracking"]),
    }
    for name, value in named.items():
        yield f"<li><span>{name}</span><b>{value}</b></li>"


def _times(ratio: float | None) -> str:
    return "–" if ratio is None else f"{times(ratio)} ×"


def _row(rehearsal: Rehearsal, policy: str) -> str:
    name, *cells, notes = row(rehearsal, policy)
    note = f"<small>{text(notes)}</small>" if notes else ""
    shown = "".join(
        f'<td data-name="{label}">{text(cell)}</td>'
        for label, cell in zip(_HEAD[1:], cells, strict=True)
    )
    return f'<tr class="{policy}"><td><i></i>{text(name)}{note}</td>{shown}</tr>'


def _facts(rehearsal: Rehearsal) -> Iterator[str]:
    scenario = rehearsal.scenario
    service, (mean, spread) = scenario.service, scenario.provisioning
    yield (
        f"A request takes a worker {service.median * 1000:g} ms (median), "
        f"{service.p99 * 1000:g} ms (p99), lognormal. An instance has {service.workers} workers "
        f"and a queue of {service.queue}; it can do {service.rate:.1f} requests a second."
    )
    yield (
        f"Failed: refused by a full queue, without an instance, or after {service.timeout:g} s. "
        f"Slow: answered after more than {service.slow:g} s."
    )
    yield (
        f"Further instances take {mean:g} ± {spread:g} s; metrics are seen "
        f"{scenario.late:g} s late."
    )
    yield (
        f"{scenario.endpoint.hosting.instance_type} at ${scenario.price.usd_per_hour} an hour in "
        f"{scenario.price.region} as of {scenario.price.as_of}, from when an instance is asked for."
    )
    yield "Slipway ran its own template, workflows and handlers; AWS was the sandbox."


@cache
def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")
