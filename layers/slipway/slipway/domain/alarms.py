"""The alarms that watch a variant.

Missing data is `missing` in all of them: a minute without a request, or without a report of the
instance, says neither that the model works nor that it does not. `notBreaching` would call a
model healthy because nobody reaches it, `breaching` would wake people at night for silence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.domain.instances import vcpus
from slipway.domain.naming import ENDPOINT_TAG, alarm_name

if TYPE_CHECKING:
    from collections.abc import Mapping

INVOCATIONS = "AWS/SageMaker"
RESOURCES = "/aws/sagemaker/Endpoints"

# Above these, queues build up (CPU), the container is about to be killed (memory), and data
# capture is about to stop (disk).
CPU_PERCENT = 90
MEMORY_PERCENT = 90
DISK_PERCENT = 80
PERIOD_SECONDS = 60
# CloudWatch reports ModelLatency in microseconds.
MICROSECONDS = 1000


@dataclass(frozen=True, slots=True)
class Limits:
    """Above what users fare badly, whatever the traffic.

    Parameters
    ----------
    errors : float
        Share of failed requests, 0 to 1.
    latency_ms : float
        Of the slowest request in a hundred.
    """

    errors: float = 0.02
    latency_ms: float = 1000.0


@dataclass(frozen=True, slots=True)
class AlarmDefinition:
    """An alarm, ready to be put.

    Parameters
    ----------
    name : str
        Its name.
    what : str
        What it watches, such as ``server-errors``; the last part of its name.
    request : dict
        Arguments of PutMetricAlarm.
    """

    name: str
    what: str
    request: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Watch:
    what: str
    words: str
    namespace: str
    metric: str
    threshold: float
    # How many of how many minutes: one bad minute is no alarm.
    minutes: tuple[int, int]
    statistic: Mapping[str, str]


def alarm_definitions(
    *, endpoint: str, variant: str, instance_type: str, topic_arn: str, limits: Limits
) -> list[AlarmDefinition]:
    """Return the alarms of a variant.

    Parameters
    ----------
    endpoint, variant : str
        What is watched.
    instance_type : str
        What the variant runs on: its CPU is counted per core.
    topic_arn : str
        Topic that is told of alarms.
    limits : Limits
        What the spec allows.
    """
    watches = _watches(instance_type, limits)
    return [_definition(watch, endpoint, variant, topic_arn) for watch in watches]


def _watches(instance_type: str, limits: Limits) -> list[_Watch]:
    cores = vcpus(instance_type)
    busy = f"The CPUs are busy for more than {CPU_PERCENT} % ({cores} cores counted together)"
    full = f"A disk is more than {DISK_PERCENT} % full; data capture stops when it is full"
    return [
        _error_rate("server-errors", "the server (HTTP 5xx)", "Invocation5XXErrors", limits),
        _error_rate("model-errors", "the model", "InvocationModelErrors", limits),
        _Watch(
            "latency",
            f"One request in a hundred waits longer than {limits.latency_ms:g} ms for the model",
            INVOCATIONS,
            "ModelLatency",
            limits.latency_ms * MICROSECONDS,
            # With few requests p99 is the slowest one, which is no trend in one minute but is one
            # in three: an alarm that waits for a thousand requests a minute watches hardly anybody.
            (3, 5),
            {"ExtendedStatistic": "p99", "EvaluateLowSampleCountPercentile": "evaluate"},
        ),
        _resource("cpu", busy, "CPUUtilization", CPU_PERCENT * cores),
        _resource(
            "memory",
            f"The containers use more than {MEMORY_PERCENT} % of the memory",
            "MemoryUtilization",
            MEMORY_PERCENT,
        ),
        _resource("disk", full, "DiskUtilization", DISK_PERCENT, "Maximum"),
    ]


def _error_rate(what: str, whose: str, metric: str, limits: Limits) -> _Watch:
    words = f"More than {100 * limits.errors:g} % of the requests end in an error of {whose}"
    # The average of a metric that is 0 or 1 for each request is the rate.
    return _Watch(what, words, INVOCATIONS, metric, limits.errors, (2, 3), {"Statistic": "Average"})


def _resource(
    what: str, words: str, metric: str, threshold: float, statistic: str = "Average"
) -> _Watch:
    return _Watch(what, words, RESOURCES, metric, threshold, (5, 5), {"Statistic": statistic})


def _definition(watch: _Watch, endpoint: str, variant: str, topic_arn: str) -> AlarmDefinition:
    name = alarm_name(endpoint, variant, watch.what)
    bad, of = watch.minutes
    request = {
        "AlarmName": name,
        "AlarmDescription": (
            f"{watch.words}, in {bad} of {of} minutes. Endpoint {endpoint}, variant {variant}."
        ),
        "Namespace": watch.namespace,
        "MetricName": watch.metric,
        "Dimensions": [
            {"Name": "EndpointName", "Value": endpoint},
            {"Name": "VariantName", "Value": variant},
        ],
        **watch.statistic,
        "Period": PERIOD_SECONDS,
        "DatapointsToAlarm": bad,
        "EvaluationPeriods": of,
        "Threshold": float(watch.threshold),
        "ComparisonOperator": "GreaterThanThreshold",
        "TreatMissingData": "missing",
        "ActionsEnabled": True,
        # No OKActions: without traffic data is missing, and each end of it would be a message.
        "AlarmActions": [topic_arn],
        "Tags": [{"Key": ENDPOINT_TAG, "Value": endpoint}],
    }
    return AlarmDefinition(name, watch.what, request)
