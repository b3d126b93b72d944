"""The plots of a release: share of the requests, failures, latency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from slipway.domain.report.charts import Chart, Line, Mark
from slipway.domain.report.scales import Scale, Span
from slipway.domain.report.words import clock, millis, tick

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from slipway.domain.judge import VariantMinute
    from slipway.domain.report.facts import ReportFacts

# What was before the first weight shows what the new version is compared with.
_BEFORE = timedelta(minutes=5)
_AFTER = timedelta(minutes=2)
# Without errors the plot would be a line at the top of nothing.
_LEAST_RATE = 0.01


@dataclass(frozen=True, slots=True)
class _Frame:
    """What all plots of a release have in common."""

    facts: ReportFacts
    span: Span

    def marks(self) -> list[Mark]:
        marks = [
            Mark(stage.started, f"{stage.weight} %") for stage in self.facts.stages if stage.started
        ]
        turned = self.facts.turned
        return [*marks, Mark(turned, "going back", "bad")] if turned else marks

    def within(self, minutes: Sequence[VariantMinute]) -> list[VariantMinute]:
        return [
            each
            for each in minutes
            if each.requests and self.span.begin <= each.minute < self.span.end
        ]

    def chart(  # noqa: PLR0913 - what differs between the plots
        self,
        title: str,
        caption: str,
        lines: Sequence[Line],
        scale: Scale,
        say: Callable[[float], str],
    ) -> str:
        tips = _tips(self.within(self.facts.canary), self.within(self.facts.baseline))
        return Chart(title, caption, lines, self.span, scale, say, self.marks(), tips).html()


def plots(facts: ReportFacts) -> list[str]:
    """Return the figures; none for a release that no user met."""
    begun = [stage.started for stage in facts.stages if stage.started]
    if not begun:
        return []
    span = Span(begun[0] - _BEFORE, max(facts.last, begun[-1]) + _AFTER)
    frame = _Frame(facts, span)
    return [_weights(frame), _failures(frame), _latency(frame)]


def _weights(frame: _Frame) -> str:
    facts, back = frame.facts, frame.facts.gone_back
    points: list[tuple[datetime, float]] = [(frame.span.begin, 0.0)]
    points += [(stage.started, float(stage.weight)) for stage in facts.stages if stage.started]
    points += [(back, 0.0)] if back else []
    return frame.chart(
        "Share of the requests",
        f"What part of the requests version {facts.version} answered.",
        [Line("new", "canary", points, steps=True)],
        Scale(100.0, 25.0),
        lambda value: tick(value, "%"),
    )


def _failures(frame: _Frame) -> str:
    sides = [frame.within(frame.facts.canary), frame.within(frame.facts.baseline)]
    rates = [[(each.minute, each.errors / each.requests) for each in side] for side in sides]
    highest = max((rate for side in rates for _, rate in side), default=0.0)
    return frame.chart(
        "Failed requests",
        "Share of the requests in each minute that ended in an error of the server or the model.",
        [Line("new", "canary", rates[0]), Line("previous", "baseline", rates[1])],
        Scale.up_to(max(highest, _LEAST_RATE)),
        lambda value: tick(round(100 * value, 6), "%"),
    )


def _latency(frame: _Frame) -> str:
    canary, baseline = frame.within(frame.facts.canary), frame.within(frame.facts.baseline)
    lines = [
        Line("new, median", "canary", _usual(canary)),
        Line("new, p95", "canary thin", _tail(canary)),
        Line("previous, median", "baseline", _usual(baseline)),
        Line("previous, p95", "baseline thin", _tail(baseline)),
    ]
    lines = [line for line in lines if line.points]
    highest = max((value for line in lines for _, value in line.points), default=1.0)
    return frame.chart(
        "Latency",
        "How long the model took in each minute: the median, and the slowest of 20 requests.",
        lines,
        Scale.up_to(highest),
        lambda value: tick(value, "ms"),
    )


def _usual(minutes: Sequence[VariantMinute]) -> list[tuple[datetime, float]]:
    return [(each.minute, each.latency / 1000) for each in minutes if each.latency is not None]


def _tail(minutes: Sequence[VariantMinute]) -> list[tuple[datetime, float]]:
    return [(each.minute, each.tail / 1000) for each in minutes if each.tail is not None]


def _tips(
    canary: Sequence[VariantMinute], baseline: Sequence[VariantMinute]
) -> list[tuple[datetime, str]]:
    words: dict[datetime, list[str]] = {}
    for name, side in (("new", canary), ("previous", baseline)):
        for each in side:
            words.setdefault(each.minute, [clock(each.minute)]).append(
                f"{name}: {minute_words(each)}"
            )
    return [(moment, "\n".join(words[moment])) for moment in sorted(words)]


def minute_words(minute: VariantMinute) -> str:
    """Return what a variant's minute was like."""
    latency = f", {millis(minute.latency / 1000)}" if minute.latency is not None else ""
    return f"{minute.errors:,} of {minute.requests:,} failed{latency}"
