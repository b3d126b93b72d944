"""Which release a workflow state is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


def machine_of(execution: str) -> str:
    """Return the ARN of the state machine that an execution belongs to.

    Example
    -------
    >>> machine_of("arn:aws:states:us-east-1:123456789012:execution:release:one")
    'arn:aws:states:us-east-1:123456789012:stateMachine:release'
    """
    return execution.rpartition(":")[0].replace(":execution:", ":stateMachine:")


@dataclass(frozen=True, slots=True)
class ReleaseRef:
    """What every state of the release workflow passes to its function.

    Parameters
    ----------
    execution, machine : str
        ARNs of the execution and of its state machine.
    endpoint, release : str
        Keys of the release in the ledger.
    """

    execution: str
    machine: str
    endpoint: str
    release: str

    @property
    def borrows(self) -> bool:
        """Whether the execution is one of another workflow, which lends its lease to this one."""
        return machine_of(self.execution) != self.machine

    @classmethod
    def parse(cls, event: Mapping[str, Any]) -> Self:
        """Read the reference from a state's payload."""
        return cls(*(str(event[name]) for name in ("execution", "machine", "endpoint", "release")))
