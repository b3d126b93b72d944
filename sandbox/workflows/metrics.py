"""The metrics that Step Functions counts executions with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.events.metrics import Metrics

NAMESPACE = "AWS/States"
_COUNTED = {
    "RUNNING": "ExecutionsStarted",
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
}


def count(metrics: Metrics, execution: Any) -> None:
    """Count a change of an execution's status."""
    of = {"StateMachineArn": execution.state_machine.arn}
    metrics.put(NAMESPACE, _COUNTED[execution.status], of, 1.0, unit="Count")
