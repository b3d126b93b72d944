"""The CloudWatch dashboard of an endpoint."""

from __future__ import annotations

import json
from typing import Any

from slipway.domain.alarms import INVOCATIONS, MICROSECONDS, RESOURCES, Limits

# CloudWatch's grid is 24 columns wide.
WIDTH, HEIGHT, COLUMNS = 12, 6, 2
_DIMENSIONS = "EndpointName,VariantName"


def dashboard_body(endpoint: str, region: str, limits: Limits) -> str:
    """Return the dashboard as JSON.

    Its graphs search by endpoint, so that they show every variant: the one that serves, a canary,
    and those that are gone.

    Parameters
    ----------
    endpoint : str
        The endpoint.
    region : str
        AWS region of its metrics.
    """
    graphs = [
        _graph("Traffic: requests per minute", [_search(endpoint, "Invocations", "Sum")]),
        _graph(
            "Errors: share of requests",
            [
                _search(endpoint, "Invocation4XXErrors", "Average"),
                _search(endpoint, "Invocation5XXErrors", "Average"),
                _search(endpoint, "InvocationModelErrors", "Average"),
            ],
            limit=("alarm", limits.errors),
        ),
        _graph(
            "Latency of the model: p50, p90, p99 in microseconds",
            [_search(endpoint, "ModelLatency", p) for p in ("p50", "p90", "p99")],
            limit=("alarm", limits.latency_ms * MICROSECONDS),
        ),
        _graph(
            "Overhead of SageMaker: p99 in microseconds",
            [_search(endpoint, "OverheadLatency", "p99")],
        ),
        _graph(
            "Capacity: requests per instance, concurrent requests",
            [
                _search(endpoint, "InvocationsPerInstance", "Sum"),
                _search(endpoint, "ConcurrentRequestsPerModel", "Maximum"),
            ],
        ),
        _graph(
            "Resources: CPU (100 % is one core), memory, disk",
            [
                _search(endpoint, "CPUUtilization", "Average", RESOURCES),
                _search(endpoint, "MemoryUtilization", "Average", RESOURCES),
                _search(endpoint, "DiskUtilization", "Maximum", RESOURCES),
            ],
        ),
    ]
    widgets = [_placed(index, graph, region) for index, graph in enumerate(graphs)]
    return json.dumps({"widgets": widgets})


def _search(endpoint: str, metric: str, statistic: str, namespace: str = INVOCATIONS) -> str:
    # The name of a namespace with other characters than letters and digits has to be quoted.
    wanted = f'{{"{namespace}",{_DIMENSIONS}}} MetricName="{metric}" EndpointName="{endpoint}"'
    return f"SEARCH('{wanted}', '{statistic}', 60)"


def _graph(
    title: str, searches: list[str], limit: tuple[str, float] | None = None
) -> dict[str, Any]:
    metrics = [
        [{"expression": search, "id": f"m{index}", "label": ""}]
        for index, search in enumerate(searches)
    ]
    graph: dict[str, Any] = {"title": title, "view": "timeSeries", "metrics": metrics}
    graph["yAxis"] = {"left": {"min": 0}}
    if limit:
        label, value = limit
        graph["annotations"] = {"horizontal": [{"label": label, "value": value}]}
    return graph


def _placed(index: int, graph: dict[str, Any], region: str) -> dict[str, Any]:
    row, column = divmod(index, COLUMNS)
    return {
        "type": "metric",
        "x": column * WIDTH,
        "y": row * HEIGHT,
        "width": WIDTH,
        "height": HEIGHT,
        "properties": graph | {"region": region, "period": 60},
    }
