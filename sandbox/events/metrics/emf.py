"""The embedded metric format: metrics inside log lines. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_DIMENSIONS = 30
_STANDARD = 60


@dataclass(frozen=True)
class EmbeddedMetric:
    """One metric of a log line under one set of dimensions."""

    namespace: str
    name: str
    dimensions: dict[str, str]
    values: tuple[float, ...]
    unit: str
    at: datetime
    resolution: int


def metrics_of(log_event: dict[str, Any]) -> Iterator[EmbeddedMetric]:
    """Yield the metrics that CloudWatch Logs would extract from a structured log event.

    A dimension set whose values are not all in the event, or that is too long, is left out, as
    CloudWatch leaves it out.
    """
    metadata = log_event.get("_aws")
    if not isinstance(metadata, dict):
        return
    at = datetime.fromtimestamp(metadata.get("Timestamp", 0) / 1000, UTC)
    for directive in metadata.get("CloudWatchMetrics", []):
        for names in directive.get("Dimensions", [[]]):
            if len(names) <= _MOST_DIMENSIONS and all(name in log_event for name in names):
                dimensions = {name: str(log_event[name]) for name in names}
                yield from _of_directive(log_event, directive, dimensions, at)


def _of_directive(
    log_event: dict[str, Any], directive: dict[str, Any], dimensions: dict[str, str], at: datetime
) -> Iterator[EmbeddedMetric]:
    for definition in directive.get("Metrics", []):
        values = _numbers(log_event.get(definition["Name"]))
        if values:
            yield EmbeddedMetric(
                namespace=directive["Namespace"],
                name=definition["Name"],
                dimensions=dimensions,
                values=values,
                unit=definition.get("Unit", "None"),
                at=at,
                resolution=definition.get("StorageResolution", _STANDARD),
            )


def _numbers(value: Any) -> tuple[float, ...]:
    listed = value if isinstance(value, list) else [value]
    plain = all(isinstance(item, int | float) and not isinstance(item, bool) for item in listed)
    return tuple(float(item) for item in listed) if plain else ()
