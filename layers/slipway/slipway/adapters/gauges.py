"""Metrics in the log, as CloudWatch takes them out of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

# So many a line; https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
_MOST = 100


class EmbeddedGauges:
    """Implements Gauges: a line of the embedded metric format costs no call.

    Parameters
    ----------
    namespace : str
        Where CloudWatch shows them.
    """

    def __init__(self, namespace: str) -> None:
        self.namespace = namespace

    def show(
        self, values: Mapping[str, float], dimensions: Mapping[str, str], at: datetime
    ) -> None:
        """Let CloudWatch have values of a moment."""
        names = list(values)
        for begin in range(0, len(names), _MOST):
            part = names[begin : begin + _MOST]
            told = {name: values[name] for name in part}
            print(json.dumps(self._line(told, dimensions, at)), flush=True)

    def _line(
        self, values: Mapping[str, float], dimensions: Mapping[str, str], at: datetime
    ) -> dict[str, object]:
        directive = {
            "Namespace": self.namespace,
            "Dimensions": [list(dimensions)],
            "Metrics": [{"Name": name} for name in values],
        }
        head = {"Timestamp": int(at.timestamp() * 1000), "CloudWatchMetrics": [directive]}
        return {"_aws": head, **dimensions, **values}
