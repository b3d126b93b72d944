"""The gate of a guarded deployment: closed before traffic moves, pulled by the judge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from slipway.domain.gate import gate_alarm, gate_request
from slipway.domain.naming import schedule_name
from slipway.ports import AlarmReader, Guards, RollbackGate, Schedules
from slipway.usecases.compensate_release import JUDGE

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.release import ReleaseRecord


class GuardsAndLevels(Guards, AlarmReader, Protocol):
    """Alarms, made and read."""


@dataclass(frozen=True, slots=True)
class Tools:
    """What a guarded deployment is watched with.

    Parameters
    ----------
    judge : str
        ARN of the function that looks at it each minute.
    """

    guards: GuardsAndLevels
    gate: RollbackGate
    schedules: Schedules
    judge: str


def close_gate(release: ReleaseRecord, tools: Tools, *, until: datetime) -> str:
    """Make the gate's alarm, hold it, and let the judge look each minute; return its name."""
    endpoint, name = release.endpoint, gate_alarm(release.endpoint, release.release)
    tools.guards.put_alarms([gate_request(endpoint, release.release)])
    tools.gate.hold(endpoint, release.release)
    tools.schedules.every_minute(
        schedule_name(endpoint, JUDGE),
        tools.judge,
        {"endpoint": endpoint, "release": release.release},
        until=until,
    )
    return name
