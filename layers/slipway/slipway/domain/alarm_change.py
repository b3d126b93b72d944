"""A change of one of Slipway's alarms, as EventBridge tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from slipway.domain.demand_alarms import is_demand
from slipway.domain.naming import ALARM_PREFIX
from slipway.domain.readable import readable

if TYPE_CHECKING:
    from collections.abc import Mapping

_PARTS = 3
_DIGEST = 16


@dataclass(frozen=True, slots=True)
class AlarmChange:
    """An alarm that rings.

    Parameters
    ----------
    endpoint, variant : str
        What it watches; empty if it watches something else than a variant.
    reason : str
        CloudWatch's words.
    at : str
        When it changed.
    """

    name: str
    endpoint: str
    variant: str
    reason: str
    at: str

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> Self:
        """Read a `CloudWatch Alarm State Change`.

        The dimensions tell what is watched. Composite alarms have none: there it is the name.

        Raises
        ------
        EventUnreadable
            It is none.
        """
        with readable("event of an alarm"):
            detail = event["detail"]
            name, state = str(detail["alarmName"]), detail["state"]
            named = _named(name)
            dimensions = _dimensions(detail.get("configuration", {})) or named
            return cls(
                name,
                dimensions.get("EndpointName", ""),
                dimensions.get("VariantName", ""),
                str(state.get("reason", "")),
                str(state.get("timestamp", "")),
            )

    @property
    def what(self) -> str:
        """What it watches, such as ``latency``."""
        return self.name.rpartition("/")[2]

    @property
    def of_demand(self) -> bool:
        """Whether it speaks of demand, which condemns nobody."""
        return is_demand(self.name)

    @property
    def digest(self) -> str:
        """What tells this change from all others, in hexadecimal digits."""
        import hashlib

        return hashlib.sha256(f"{self.name}\n{self.at}".encode()).hexdigest()[:_DIGEST]


def _dimensions(configuration: Mapping[str, Any]) -> dict[str, str]:
    for each in configuration.get("metrics", []):
        found = each.get("metricStat", {}).get("metric", {}).get("dimensions")
        if found:
            return {str(name): str(value) for name, value in found.items()}
    return {}


def _named(name: str) -> dict[str, str]:
    parts = name.removeprefix(ALARM_PREFIX).split("/")
    if len(parts) != _PARTS:
        return {}
    return {"EndpointName": parts[0], "VariantName": parts[1]}
