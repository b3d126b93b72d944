"""Which run a state of the drift workflow is about, and whether it may still go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from slipway.errors import RunLost

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.drift.record import DriftRecord, Run
    from slipway.ports import DriftBook


@dataclass(frozen=True, slots=True)
class RunRef:
    """What every state of the drift workflow passes to its function."""

    execution: str
    endpoint: str
    run: str

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> Self:
        """Read the reference from a state's payload."""
        return cls(*(str(event[name]) for name in ("execution", "endpoint", "run")))


def hold_run(ref: RunRef, ledger: DriftBook) -> tuple[DriftRecord, Run]:
    """Return what is known of the endpoint's traffic, if this execution is the one that looks.

    Raises
    ------
    RunLost
        If another execution has taken over, or the run has ended: what this one would write
        counts no more.
    """
    record = ledger.read_drift(ref.endpoint)
    run = record.run
    if run is None or (run.owner, run.id) != (ref.execution, ref.run):
        raise RunLost(f"Run {ref.run} of {ref.endpoint} has ended, or another one took its place")
    return record, run
