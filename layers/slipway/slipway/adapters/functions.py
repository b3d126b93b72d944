"""Functions of Slipway's own, asked for something later."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from slipway.adapters.clients import client
from slipway.adapters.faults import passing_faults

if TYPE_CHECKING:
    from slipway.domain.ended import Ended

STATUS_CHANGE = "Step Functions Execution Status Change"


class RecoveryFunction:
    """Implements Recovery: the function that EventBridge tells of ended executions.

    Parameters
    ----------
    arn : str
        The function's.
    """

    def __init__(self, arn: str) -> None:
        self.arn = arn

    def recover(self, ended: Ended) -> None:
        """Hand it the event once more, without waiting."""
        detail = {
            "executionArn": ended.execution,
            "status": ended.status,
            "input": json.dumps(dict(ended.given)),
        }
        event = {"source": "slipway.self-check", "detail-type": STATUS_CHANGE, "detail": detail}
        with passing_faults():
            client("lambda").invoke(
                FunctionName=self.arn, InvocationType="Event", Payload=json.dumps(event).encode()
            )
