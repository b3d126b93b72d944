"""`Step Functions Execution Status Change` events."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.workflows.limits import size

if TYPE_CHECKING:
    from datetime import datetime

# Longer inputs and outputs are left out of the event.
_CONTENT_BYTES = 248 * 1024


def status_change(execution: Any) -> dict[str, Any]:
    """Return the detail of the event that tells an execution's status."""
    succeeded = execution.status == "SUCCEEDED"
    given = json.dumps(execution.input_data, separators=(",", ":"))
    output = json.dumps(execution.output, separators=(",", ":")) if succeeded else None
    included = size([given, output]) <= _CONTENT_BYTES
    return {
        "executionArn": execution.exec_arn,
        "stateMachineArn": execution.state_machine.arn,
        "name": execution.name,
        "status": execution.status,
        "startDate": _milliseconds(execution.start_date),
        "stopDate": _milliseconds(execution.stop_date),
        "input": given if included else None,
        "inputDetails": {"included": included},
        "output": output if included else None,
        "outputDetails": {"included": included} if succeeded else None,
    }


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)
