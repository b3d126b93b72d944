"""An endpoint whose traffic is watched: training data, captures, and what is said of them."""

from __future__ import annotations

import json
import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from tests.stage.archives import scripted
from tests.stage.endpoint import scripted_spec
from tests.unit.drift_runs.captures import line, lines

if TYPE_CHECKING:
    from slipway.domain.drift.record import DriftRecord
    from tests.stage.endpoint import Endpoint
    from tests.stage.stage import Stage

LABELLED = "drift: {label: label}\n"
HOUR = 3600.0


class Drifting:
    """An endpoint with version 1 on it, whose traffic is looked at each hour.

    Parameters
    ----------
    settings : str
        What endpoint.yaml says of drift.
    baseline : bool
        Whether training data lies beside the model.
    """

    def __init__(
        self, stage: Stage, endpoint: Endpoint, settings: str = LABELLED, *, baseline: bool = True
    ) -> None:
        self.stage = stage
        self.endpoint = endpoint
        self.numbers = random.Random(7)
        self._files = 0
        endpoint.spec(scripted_spec(drift=settings))
        if baseline:
            stage.sandbox.put(endpoint.key("1", "baseline.csv"), self.training().encode())
        first = endpoint.release("1", scripted("one"))
        assert first.outcome == "succeeded", first.reason
        live = stage.ledger.read_endpoint(endpoint.name).live
        assert live
        self.variant = live.variant

    def training(self, rows: int = 1000) -> str:
        """Return training data: two columns, and the label."""
        draw = self.numbers.gauss
        told = [f"{draw(0, 1):.4f},{draw(0, 1):.4f},{n % 2}" for n in range(rows)]
        return "\n".join(["a,b,label", *told, ""])

    @property
    def record(self) -> DriftRecord:
        """What the ledger knows."""
        return self.stage.ledger.read_drift(self.endpoint.name)

    @property
    def bucket(self) -> str:
        """The monitoring bucket."""
        return str(self.stage.outputs["MonitoringBucketName"])

    def capture(self, content: bytes, name: str = "", hours_ago: int = 0) -> str:
        """Write a capture file into the folder of an hour; return its key."""
        self._files += 1
        hour = self.stage.sandbox.kernel.now() - timedelta(hours=hours_ago)
        folder = f"capture/{self.endpoint.name}/{self.variant}/{hour:%Y/%m/%d/%H}"
        key = f"{folder}/{name or f'{self._files:04}'}.jsonl"
        self.stage.client("s3").put_object(Bucket=self.bucket, Key=key, Body=content)
        return key

    def traffic(self, rows: int = 400, mean: float = 0.0) -> bytes:
        """Capture requests of two columns around a mean; return the file."""
        draw = self.numbers.gauss
        told = [f"{draw(mean, 1):.4f},{draw(0, 1):.4f}" for _ in range(rows)]
        content = lines(told, prefix=f"f{self._files}")
        self.capture(content)
        return content

    def answered(self, count: int) -> list[str]:
        """Capture requests that are answered 0.9; return their ids."""
        draw = self.numbers.gauss
        ids = [f"asked-{self._files}-{n}" for n in range(count)]
        told = [line(f"{draw(0, 1):.4f},{draw(0, 1):.4f}", "0.9", event=each) for each in ids]
        self.capture(b"\n".join(told))
        return ids

    def truth(self, values: dict[str, str]) -> None:
        """Say what turned out to be true, by id."""
        told = [
            {
                "groundTruthData": {"data": value, "encoding": "CSV"},
                "eventMetadata": {"eventId": each},
                "eventVersion": "0",
            }
            for each, value in values.items()
        ]
        key = f"groundtruth/{self.endpoint.name}/{self.stage.sandbox.kernel.now():%Y/%m/%d/%H}/a"
        body = "\n".join(map(json.dumps, told)).encode()
        self.stage.client("s3").put_object(Bucket=self.bucket, Key=key, Body=body)

    def executions(self) -> list[dict[str, Any]]:
        """Return the looks at this endpoint, the oldest first."""
        client = self.stage.client("stepfunctions")
        machine = self.stage.outputs["DriftStateMachineArn"]
        pages = client.get_paginator("list_executions").paginate(stateMachineArn=machine)
        found = [self.stage.describe(e["executionArn"]) for p in pages for e in p["executions"]]
        mine = [e for e in found if json.loads(e["input"])["endpoint"] == self.endpoint.name]
        return mine[::-1]

    def look(self) -> dict[str, Any]:
        """Look at the traffic as a person asks for it, and wait; return the execution."""
        execution = self.start()
        self.wait(execution)
        return self.stage.describe(execution)

    def start(self) -> str:
        """Start a look."""
        answer = self.stage.client("stepfunctions").start_execution(
            stateMachineArn=self.stage.outputs["DriftStateMachineArn"],
            input=json.dumps({"endpoint": self.endpoint.name}),
        )
        return str(answer["executionArn"])

    def wait(self, execution: str) -> None:
        """Let time pass until an execution has ended."""
        self.stage.sandbox.run_until(
            lambda: self.stage.describe(execution)["status"] != "RUNNING", limit=7 * HOUR
        )

    def kinds(self) -> list[str]:
        """Return the kinds of all events about drift."""
        kinds = [event["detail-type"] for event in self.stage.said(self.endpoint.name)]
        return [kind for kind in kinds if "Drift" in kind or "Retraining" in kind]
