"""The alarms that ring when demand is more than the instances are meant to take.

Nobody is told of them: they start a burst. Each watches what *an instance* has, so that it goes by
the number of instances without being put anew.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.alarms import INVOCATIONS, PERIOD_SECONDS, RESOURCES, AlarmDefinition
from slipway.domain.capacity.burst import CROWDED
from slipway.domain.capacity.demand import CONCURRENCY, CPU, calm
from slipway.domain.instances import vcpus
from slipway.domain.naming import ENDPOINT_TAG, alarm_name

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slipway.domain.capacity.demand import Tracked

DEMAND = "demand"
BY_MINUTES = "demand-minutes"
SHORT_PERIOD = 10

# Target tracking keeps a metric below its target; a rhythm that it follows never comes so far.
BEYOND = 1.25
# An instance cannot be busier than this, whatever the target.
_FULL_CPU = 97.0
# Two of three points within half a minute: one may be an accident.
_SHORT = (2, 3)
_ONE_MINUTE = (1, 1)


def demand_alarms(
    *, endpoint: str, variant: str, instance_type: str, tracked: Tracked, usual: float = 0.0
) -> list[AlarmDefinition]:
    """Return the demand alarms of a variant.

    Parameters
    ----------
    usual : float
        How many requests are within an instance at once when it is busy; 0 if nobody knows yet.
    """
    cores = vcpus(instance_type)
    if tracked.metric == CONCURRENCY:
        return [_crowd(endpoint, variant, BEYOND * tracked.target)]
    by_crowd = _crowd(endpoint, variant, CROWDED * calm(usual, cores))
    if tracked.metric == CPU:
        threshold = min(BEYOND * tracked.target, _FULL_CPU * cores)
        watched = (RESOURCES, "CPUUtilization", "Average")
        words = f"The CPUs are busy for more than {threshold:g} % ({cores} cores counted together)"
    else:
        threshold = BEYOND * tracked.target
        watched = (INVOCATIONS, "InvocationsPerInstance", "Sum")
        words = f"An instance gets more than {threshold:g} requests in a minute"
    what = _Watch(BY_MINUTES, words, watched, threshold, PERIOD_SECONDS, _ONE_MINUTE)
    return [by_crowd, what.definition(endpoint, variant)]


def is_demand(name: str) -> bool:
    """Tell whether an alarm, by its name, speaks of demand and not of trouble."""
    return name.rpartition("/")[2] in {DEMAND, BY_MINUTES}


def of_trouble(names: Iterable[str]) -> list[str]:
    """Return the alarms that speak against a release."""
    return [name for name in names if not is_demand(name)]


def _crowd(endpoint: str, variant: str, threshold: float) -> AlarmDefinition:
    words = f"More than {threshold:g} requests are within an instance at once"
    watched = (INVOCATIONS, "ConcurrentRequestsPerModel", "Average")
    watch = _Watch(DEMAND, words, watched, threshold, SHORT_PERIOD, _SHORT)
    return watch.definition(endpoint, variant)


class _Watch:
    def __init__(  # noqa: PLR0913, PLR0917 - the parts of an alarm
        self,
        what: str,
        words: str,
        watched: tuple[str, str, str],
        threshold: float,
        period: int,
        points: tuple[int, int],
    ) -> None:
        self.what, self.words, self.threshold = what, words, threshold
        self.namespace, self.metric, self.statistic = watched
        self.period, (self.bad, self.of) = period, points

    def definition(self, endpoint: str, variant: str) -> AlarmDefinition:
        name = alarm_name(endpoint, variant, self.what)
        request: dict[str, Any] = {
            "AlarmName": name,
            "AlarmDescription": (
                f"{self.words}. Starts a burst; nobody is told. "
                f"Endpoint {endpoint}, variant {variant}."
            ),
            "Namespace": self.namespace,
            "MetricName": self.metric,
            "Dimensions": [
                {"Name": "EndpointName", "Value": endpoint},
                {"Name": "VariantName", "Value": variant},
            ],
            "Statistic": self.statistic,
            "Period": self.period,
            "DatapointsToAlarm": self.bad,
            "EvaluationPeriods": self.of,
            "Threshold": float(self.threshold),
            "ComparisonOperator": "GreaterThanThreshold",
            # Without requests there is no demand.
            "TreatMissingData": "missing",
            # Its change is an event whether or not it has actions; it has none.
            "ActionsEnabled": True,
            "Tags": [{"Key": ENDPOINT_TAG, "Value": endpoint}],
        }
        return AlarmDefinition(name, self.what, request)
