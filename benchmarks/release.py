"""What one first release takes: transitions, invocations, money, and Slipway's own time.

It is released in the sandbox, in the wall clock's time. Durations are this machine's, so the money
is an estimate; the counts are exact. `python -m benchmarks.release`.
"""

from __future__ import annotations

import re
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.figures import Figure, Figures, show
from examples.demo.account import account
from examples.demo.training import EXAMPLE, Trained, serving_image, train

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.account import Account

ENDPOINT, VERSION = "bench", "1"
MODEL = f"models/{ENDPOINT}/{VERSION}/model.tar.gz"
TARGET_SECONDS = 10
LIMIT_SECONDS = 3600

# USD in us-east-1, as AWS's price pages had them in July 2026: for one of each.
TRANSITION = 0.025 / 1_000
INVOCATION = 0.20 / 1_000_000
GB_SECOND = 0.0000133334
# Requests of functions and workflow that are worth counting. What is not here is free of charge,
# or belongs to the endpoint.
REQUESTS = {
    ("dynamodb", "GetItem"): 0.125 / 1_000_000,
    ("dynamodb", "Query"): 0.125 / 1_000_000,
    ("dynamodb", "PutItem"): 0.625 / 1_000_000,
    ("dynamodb", "UpdateItem"): 0.625 / 1_000_000,
    ("dynamodb", "DeleteItem"): 0.625 / 1_000_000,
    ("s3", "GetObject"): 0.0004 / 1_000,
    ("s3", "HeadObject"): 0.0004 / 1_000,
    ("s3", "PutObject"): 0.005 / 1_000,
    ("s3", "CopyObject"): 0.005 / 1_000,
    ("sns", "Publish"): 0.50 / 1_000_000,
    ("events", "PutEvents"): 1.00 / 1_000_000,
}
_REPORT = re.compile(r"Billed Duration: (?P<ms>\d+) ms\s+Memory Size: (?P<mb>\d+) MB")


@dataclass(frozen=True)
class Release:
    """One release, counted.

    Parameters
    ----------
    gb_seconds : float
        Memory times billed time of all invocations.
    own_seconds : float
        From the drop to CreateEndpoint.
    """

    transitions: int
    invocations: int
    gb_seconds: float
    requests: Counter[tuple[str, str]]
    own_seconds: float

    @property
    def usd(self) -> float:
        """The estimate of what AWS charges, without the endpoint."""
        requests = sum(REQUESTS.get(kind, 0.0) * count for kind, count in self.requests.items())
        workflow = self.transitions * TRANSITION
        functions = self.invocations * INVOCATION + self.gb_seconds * GB_SECOND
        return workflow + functions + requests


def measure_release() -> Release:
    """Release the demo's model in a sandbox of its own.

    Raises
    ------
    RuntimeError
        It did not succeed, so there is nothing to count.
    """
    with tempfile.TemporaryDirectory() as folder, account() as sandbox:
        execution = _release(sandbox, train(serving_image(), Path(folder)))
        return _count(sandbox, execution)


def figures() -> Figures:
    """Measure."""
    found = measure_release()
    prices = "prices of us-east-1"
    cold = f"{TARGET_SECONDS} s, all functions cold"
    return {
        "state transitions of a first release": Figure(found.transitions, "transitions"),
        "Lambda invocations of a first release": Figure(found.invocations, "invocations"),
        "Lambda of a first release": Figure(round(found.gb_seconds, 2), "GB-seconds"),
        "AWS cost of a first release, without the endpoint": Figure(
            round(found.usd, 5), "USD", prices
        ),
        "from the drop to CreateEndpoint": Figure(round(found.own_seconds, 1), "s", cold),
    }


def _release(sandbox: Account, trained: Trained) -> str:
    s3, outputs = sandbox.client("s3"), sandbox.control.outputs or {}
    bucket = outputs["ArtifactBucketName"]
    for key, path in (
        (f"models/{ENDPOINT}/endpoint.yaml", EXAMPLE / "endpoint.yaml"),
        (f"models/{ENDPOINT}/{VERSION}/smoke.jsonl", trained.smoke),
        (MODEL, trained.model),
    ):
        s3.put_object(Bucket=bucket, Key=key, Body=path.read_bytes())
    machine = outputs["ReleaseStateMachineArn"]

    def ended() -> list[dict[str, Any]]:
        listed = sandbox.client("stepfunctions").list_executions(stateMachineArn=machine)
        return [each for each in listed["executions"] if each["status"] != "RUNNING"]

    if not sandbox.kernel.run_until(lambda: bool(ended()), limit=LIMIT_SECONDS):
        raise RuntimeError(f"The release did not end in {LIMIT_SECONDS} seconds.")
    if ended()[0]["status"] != "SUCCEEDED":
        raise RuntimeError(f"The release ended as {ended()[0]['status']}.")
    return str(ended()[0]["executionArn"])


def _count(sandbox: Account, execution: str) -> Release:
    pages = sandbox.client("stepfunctions").get_paginator("get_execution_history")
    events = [e for page in pages.paginate(executionArn=execution) for e in page["events"]]
    entered = sum(event["type"].endswith("StateEntered") for event in events)
    # A retry is charged as a transition too.
    begun = sum(event["type"] in {"TaskScheduled", "LambdaFunctionScheduled"} for event in events)
    tasks = sum(event["type"] == "TaskStateEntered" for event in events)
    reports = list(_reports(sandbox))
    records = [r for r in sandbox.gateway.records if r.error is None]
    dropped = next(r.time for r in records if r.params.get("Key") == MODEL)
    asked = next(r.time for r in records if r.operation == "CreateEndpoint")
    return Release(
        transitions=entered + max(begun - tasks, 0),
        invocations=len(reports),
        gb_seconds=sum(ms * mb for ms, mb in reports) / 1000 / 1024,
        requests=Counter((r.service, r.operation) for r in records if not r.principal.is_admin),
        own_seconds=(asked - dropped).total_seconds(),
    )


def _reports(sandbox: Account) -> Iterator[tuple[int, int]]:
    """Yield billed milliseconds and megabytes of each invocation, from the functions' logs."""
    logs = sandbox.client("logs")
    for group in logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/")["logGroups"]:
        events = logs.filter_log_events(logGroupName=group["logGroupName"])["events"]
        for event in events:
            if found := _REPORT.search(event["message"]):
                yield int(found["ms"]), int(found["mb"])


if __name__ == "__main__":
    show(figures())
