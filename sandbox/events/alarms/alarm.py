"""An alarm: its configuration as given and its state."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from sandbox.events.alarms.evaluation import Condition, State
from sandbox.events.alarms.reasons import stamp
from sandbox.events.metrics.api import dimensions_of
from sandbox.events.metrics.store import MetricId

if TYPE_CHECKING:
    from datetime import datetime

_MINUTE = 60
_SHORT_INTERVAL = 10
_ACTION_LISTS = {
    "ALARM": "AlarmActions",
    "OK": "OKActions",
    "INSUFFICIENT_DATA": "InsufficientDataActions",
}
_SET_BY_CALLER = (
    "AlarmName AlarmDescription ActionsEnabled OKActions AlarmActions InsufficientDataActions "
    "MetricName Namespace Statistic ExtendedStatistic Dimensions Period Unit EvaluationPeriods "
    "DatapointsToAlarm Threshold ComparisonOperator TreatMissingData "
    "EvaluateLowSampleCountPercentile Metrics"
).split()


@dataclass(frozen=True)
class Watched:
    """The one metric that an alarm looks at, or the sum of some.

    Attributes
    ----------
    added
        The metrics whose sums are added to that of the first one.
    """

    metric: MetricId
    stat: str
    period: int
    unit: str | None
    added: tuple[MetricId, ...] = ()

    @property
    def metrics(self) -> tuple[MetricId, ...]:
        """All that it looks at."""
        return (self.metric, *self.added)

    @classmethod
    def of(cls, given: dict[str, Any]) -> Watched:
        """Read it from PutMetricAlarm's parameters, in either of their two forms."""
        if given.get("Metrics"):
            stats = [each["MetricStat"] for each in given["Metrics"] if each.get("MetricStat")]
            first, *added = (_metric(stat["Metric"]) for stat in stats)
            stat = stats[0]
            return cls(first, stat["Stat"], stat["Period"], stat.get("Unit"), tuple(added))
        stat = given.get("Statistic") or given["ExtendedStatistic"]
        return cls(_metric(given), stat, given["Period"], given.get("Unit"))


def _metric(given: dict[str, Any]) -> MetricId:
    dimensions = dimensions_of(given.get("Dimensions"))
    return MetricId.of(given["Namespace"], given["MetricName"], dimensions)


@dataclass
class AlarmState:
    """A state, why it is so, and since when."""

    value: State
    reason: str
    data: str | None
    updated: datetime
    changed: datetime

    def as_event(self) -> dict[str, Any]:
        """Return it as events show it."""
        shown = {"value": self.value, "reason": self.reason, "timestamp": stamp(self.updated)}
        return {**shown, "reasonData": self.data} if self.data else shown


@dataclass
class Alarm:
    """A metric alarm. Putting it again makes a new one, so what is read from `given` is kept."""

    given: dict[str, Any]
    arn: str
    configured: datetime
    state: AlarmState
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The alarm's name."""
        return str(self.given["AlarmName"])

    @cached_property
    def watched(self) -> Watched:
        """The metric that it looks at."""
        return Watched.of(self.given)

    @cached_property
    def interval(self) -> int:
        """Seconds between evaluations: a minute, or ten seconds for shorter periods."""
        return _MINUTE if self.watched.period >= _MINUTE else _SHORT_INTERVAL

    @cached_property
    def condition(self) -> Condition:
        """When it is in ALARM."""
        periods = self.given["EvaluationPeriods"]
        return Condition(
            comparison=self.given["ComparisonOperator"],
            threshold=self.given["Threshold"],
            periods=periods,
            datapoints=self.given.get("DatapointsToAlarm") or periods,
            missing=self.given.get("TreatMissingData") or "missing",
            period=self.watched.period,
        )

    @property
    def actions_enabled(self) -> bool:
        """Whether its actions run; they do unless it says otherwise."""
        return self.given.get("ActionsEnabled") is not False

    def actions(self, state: State) -> list[str]:
        """Return the actions for entering a state."""
        return self.given.get(_ACTION_LISTS[state]) or []

    def describe(self) -> dict[str, Any]:
        """Return it as DescribeAlarms does."""
        given = {key: self.given[key] for key in _SET_BY_CALLER if self.given.get(key) is not None}
        lists = {name: self.given.get(name) or [] for name in _ACTION_LISTS.values()}
        state = {
            "StateValue": self.state.value,
            "StateReason": self.state.reason,
            "StateUpdatedTimestamp": self.state.updated,
            "StateTransitionedTimestamp": self.state.changed,
        }
        if self.state.data:
            state["StateReasonData"] = self.state.data
        return {
            **given,
            **lists,
            **state,
            "ActionsEnabled": self.actions_enabled,
            "AlarmArn": self.arn,
            "AlarmConfigurationUpdatedTimestamp": self.configured,
        }

    def metrics_in_events(self) -> list[dict[str, Any]]:
        """Return the metrics as the configuration in events shows them."""
        watched = self.watched
        if watched.added:
            return [_query(each) for each in self.given["Metrics"]]
        metric = {
            "namespace": watched.metric.namespace,
            "name": watched.metric.name,
            "dimensions": dict(watched.metric.dimensions),
        }
        stat = {"metric": metric, "period": watched.period, "stat": watched.stat}
        if watched.unit:
            stat["unit"] = watched.unit
        shown = str(uuid.uuid5(uuid.NAMESPACE_URL, self.arn))
        return [{"id": shown, "metricStat": stat, "returnData": True}]


def _query(given: dict[str, Any]) -> dict[str, Any]:
    """Return a member of Metrics as events show it."""
    shown: dict[str, Any] = {"id": given["Id"], "returnData": given.get("ReturnData", True)}
    if given.get("Expression"):
        return shown | {"expression": given["Expression"]}
    stat = given["MetricStat"]
    metric = _metric(stat["Metric"])
    named = {"namespace": metric.namespace, "name": metric.name}
    of = {"metric": {**named, "dimensions": dict(metric.dimensions)}}
    return shown | {"metricStat": {**of, "period": stat["Period"], "stat": stat["Stat"]}}
