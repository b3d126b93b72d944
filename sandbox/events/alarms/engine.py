"""Evaluates alarms as sandbox time passes, and only while something can change.

An alarm is evaluated every minute (every ten seconds when its period is shorter) over windows that
end at that moment. Without samples in its evaluation range nothing can change until new ones come,
so it sleeps then: a night costs nothing.
"""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sandbox.events.alarms.alarm import Alarm, AlarmState
from sandbox.events.alarms.evaluation import State, enough_samples, evaluate
from sandbox.events.alarms.reasons import Finding, Point, reason, reason_data
from sandbox.events.metrics.samples import joined, percent_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.events.alarms.alarm import Watched
    from sandbox.events.metrics.samples import Samples
    from sandbox.events.metrics.store import MetricId, Metrics
    from sandbox.kernel import Kernel, Timer

Window = tuple[float, "Samples"]


class Engine:
    """Holds the alarms and evaluates them.

    Parameters
    ----------
    changed
        Told of each change of state with the alarm and its state before.
    evaluated
        Told of each evaluation; returns whether the alarm must go on being evaluated.
    """

    def __init__(
        self,
        kernel: Kernel,
        metrics: Metrics,
        changed: Callable[[Alarm, AlarmState], None],
        evaluated: Callable[[Alarm], bool],
    ) -> None:
        self.alarms: dict[str, Alarm] = {}
        self._kernel = kernel
        self._metrics = metrics
        self._changed = changed
        self._evaluated = evaluated
        self._timers: dict[str, tuple[float, Timer]] = {}
        self._by_metric: dict[MetricId, set[str]] = {}
        metrics.listen(self._samples_come)

    def add(self, alarm: Alarm) -> None:
        """Evaluate an alarm from the next full minute on."""
        self.remove(alarm.name)
        self.alarms[alarm.name] = alarm
        for metric in alarm.watched.metrics:
            self._by_metric.setdefault(metric, set()).add(alarm.name)
        self._arm(alarm, self._kernel.timestamp())

    def remove(self, name: str) -> None:
        """Forget an alarm."""
        alarm = self.alarms.pop(name, None)
        if alarm is not None:
            for metric in alarm.watched.metrics:
                self._by_metric[metric].discard(name)
            self._disarm(name)

    def set_state(self, alarm: Alarm, state: State, why: str, data: str | None) -> None:
        """Put an alarm into a state until its next evaluation."""
        self._enter(alarm, state, why, data)
        self._arm(alarm, self._kernel.timestamp())

    def _samples_come(self, metric: MetricId, visible_at: float) -> None:
        for name in self._by_metric.get(metric, ()):
            self._arm(self.alarms[name], visible_at)

    def _arm(self, alarm: Alarm, after: float) -> None:
        """Evaluate at the first interval's end later than now and not before `after`."""
        now = self._kernel.timestamp()
        due = math.ceil(after / alarm.interval) * alarm.interval
        due = due if due > now else (math.floor(now / alarm.interval) + 1) * alarm.interval
        armed = self._timers.get(alarm.name)
        if armed is not None and armed[0] <= due:
            return
        self._disarm(alarm.name)
        when = datetime.fromtimestamp(due, UTC)
        timer = self._kernel.call_at(when, lambda: self._run(alarm), name=f"alarm {alarm.name}")
        self._timers[alarm.name] = (due, timer)

    def _disarm(self, name: str) -> None:
        armed = self._timers.pop(name, None)
        if armed is not None:
            armed[1].cancel()

    def _run(self, alarm: Alarm) -> None:
        self._timers.pop(alarm.name, None)
        if self.alarms.get(alarm.name) is not alarm:
            return
        now = self._kernel.timestamp()
        self._evaluate(alarm, now)
        if self._evaluated(alarm) or self._may_change(alarm, now):
            self._arm(alarm, now)

    def _may_change(self, alarm: Alarm, now: float) -> bool:
        times = [self._metrics.newest(metric) for metric in alarm.watched.metrics]
        newest = max((time for time in times if time is not None), default=None)
        span = alarm.watched.period * alarm.condition.range_points
        return newest is not None and newest >= now - span

    def _evaluate(self, alarm: Alarm, now: float) -> None:
        """Look at the windows that end now, and change the state if they say so."""
        windows = self._windows(alarm, now)
        if not self._significant(alarm, windows):
            return
        stat, condition = alarm.watched.stat, alarm.condition
        values = [None if found is None else found[1].statistic(stat) for found in windows]
        verdict = evaluate(values, condition)
        if verdict.state is None or verdict.state == alarm.state.value:
            return
        used = [(windows[position], values[position]) for position in verdict.used]
        points = tuple(
            Point(datetime.fromtimestamp(window[0], UTC), value, window[1].count)
            for window, value in used
            if window is not None and value is not None
        )
        finding = Finding(points, verdict.filled, condition)
        self._explain(alarm, verdict.state, finding)

    def _explain(self, alarm: Alarm, state: State, finding: Finding) -> None:
        watched = alarm.watched
        why = reason(alarm.state.value, state, finding)
        data = reason_data(self._kernel.now(), finding, watched.stat, watched.period)
        self._enter(alarm, state, why, data)

    def _windows(self, alarm: Alarm, now: float) -> list[Window | None]:
        """Return the evaluation range, oldest first; None where there are no samples."""
        period, end = alarm.watched.period, math.floor(now / alarm.interval) * alarm.interval
        starts = range(end - period * alarm.condition.range_points, end, period)
        found = self._samples(alarm.watched, starts)
        return [None if one is None else (at, one) for at, one in zip(starts, found, strict=True)]

    def _samples(self, watched: Watched, starts: range) -> list[Samples | None]:
        """Return the windows' samples; those of a sum together have the sum of their sums."""
        unit = watched.unit
        each = [self._metrics.periods(metric, starts, unit=unit) for metric in watched.metrics]
        return [joined(parts) for parts in zip(*each, strict=True)]

    @staticmethod
    def _significant(alarm: Alarm, windows: list[Window | None]) -> bool:
        """Say whether a percentile has the samples that the alarm asks for."""
        if alarm.given.get("EvaluateLowSampleCountPercentile") != "ignore":
            return True
        newest = [window for window in windows if window is not None]
        count = sum(samples.count for _, samples in newest[-alarm.condition.periods :])
        return not newest or enough_samples(percent_of(alarm.watched.stat), count)

    def _enter(self, alarm: Alarm, state: State, why: str, data: str | None) -> None:
        now, before = self._kernel.now(), alarm.state
        same = state == before.value
        alarm.state = AlarmState(state, why, data, now, before.changed if same else now)
        if not same:
            self._changed(alarm, replace(before))


def initial_state(now: datetime) -> AlarmState:
    """Return the state of an alarm that has just been made."""
    return AlarmState("INSUFFICIENT_DATA", "Unchecked: Initial alarm creation", None, now, now)


def describe_all(alarms: list[Alarm]) -> list[dict[str, Any]]:
    """Describe alarms in the order of their names."""
    return [alarm.describe() for alarm in sorted(alarms, key=lambda alarm: alarm.name)]
