"""PutMetricData."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.errors import Unsupported
from sandbox.events.metrics.api import dimensions_of
from sandbox.events.metrics.samples import Samples
from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from sandbox.account import Account
    from sandbox.events.metrics.store import Metrics
    from sandbox.gateway import Call

_OLDEST, _LATEST = timedelta(days=14), timedelta(hours=2)
_MINUTE = 60


class Puts:
    """Takes samples from callers of the API."""

    def __init__(self, account: Account, metrics: Metrics) -> None:
        self._kernel = account.kernel
        self._metrics = metrics

    def put(self, call: Call) -> None:
        """Answer PutMetricData."""
        namespace = call.params["Namespace"]
        if namespace.startswith("AWS/"):
            message = "The value AWS/ for parameter Namespace is invalid: it is reserved."
            raise AwsError("InvalidParameterValue", message)
        if call.params.get("EntityMetricData"):
            raise Unsupported("EntityMetricData in PutMetricData.")
        for datum in call.params.get("MetricData") or ():
            self._put(namespace, datum)

    def _put(self, namespace: str, datum: dict[str, Any]) -> None:
        at = datum.get("Timestamp") or self._kernel.now()
        age = self._kernel.now() - at
        if age > _OLDEST or -age > _LATEST:
            message = "The parameter MetricData.member.1.Timestamp must specify a time within"
            raise AwsError("InvalidParameterValue", f"{message} two weeks back and two hours on.")
        self._metrics.put(
            namespace,
            datum["MetricName"],
            dimensions_of(datum.get("Dimensions")),
            samples=_samples(datum),
            unit=datum.get("Unit") or "None",
            at=at,
            resolution=datum.get("StorageResolution") or _MINUTE,
        )


def _samples(datum: dict[str, Any]) -> Samples:
    given = [key for key in ("Value", "Values", "StatisticValues") if datum.get(key) is not None]
    if len(given) != 1:
        message = "Exactly one of Value, Values and StatisticValues must be given."
        raise AwsError("InvalidParameterCombination", message)
    if given == ["Value"]:
        return Samples.of([(float(datum["Value"]), 1.0)])
    if given == ["Values"]:
        counts = datum.get("Counts") or [1.0] * len(datum["Values"])
        if len(counts) != len(datum["Values"]):
            raise AwsError("InvalidParameterValue", "Values and Counts must be equally long.")
        return Samples.of(zip(datum["Values"], counts, strict=True))
    known = datum["StatisticValues"]
    return Samples.of_statistics(
        known["SampleCount"], known["Sum"], known["Minimum"], known["Maximum"]
    )
