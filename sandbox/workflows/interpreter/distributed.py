"""Distributed Map: child executions, tolerated failures, results in S3."""

from __future__ import annotations

import json
import uuid
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from moto.stepfunctions.parser.api import HistoryEventType

from sandbox.workflows.interpreter.children import Child
from sandbox.workflows.interpreter.failures import execution_failure, query_failure
from sandbox.workflows.interpreter.items import batches, items_of, select, started
from sandbox.workflows.interpreter.map_rights import MapRights
from sandbox.workflows.interpreter.reader import read
from sandbox.workflows.interpreter.runtime import current, execution_arn
from sandbox.workflows.interpreter.templates import render, whole_number
from sandbox.workflows.interpreter.waits import wait

MOST_CHILDREN = 10_000
TOO_MANY_FAILED = "States.ExceedToleratedFailureThreshold"


def run_distributed(name: str, fields: dict[str, Any], program: Any, env: Any) -> Any:
    """Run a Distributed Map and return its output."""
    runs = current().map_runs
    before = runs.take(execution_arn(env))
    goes_on = before is not None and bool(before.children)
    items = None if goes_on or "ItemReader" in fields else items_of(fields, env)
    if not goes_on:
        started(env, len(items or []))
    run = MapRun(fields, env, before if goes_on else None)
    runs.keep(execution_arn(env), name, run)
    run.announce()
    try:
        run.carry_out(items, program)
        output = run.output()
    except Exception:
        run.record(HistoryEventType.MapRunFailed)
        raise
    run.record(HistoryEventType.MapRunSucceeded)
    return output


class MapRun:
    """One run of a Distributed Map.

    Parameters
    ----------
    before
        The same run before its execution was redriven: what succeeded in it is not run again.
    """

    def __init__(self, fields: dict[str, Any], env: Any, before: MapRun | None = None) -> None:
        self._fields = fields
        self._env = env
        self._before = before
        self.redriven: int = before.redriven + 1 if before is not None else 0
        source = current().source(execution_arn(env))
        self._label = fields.get("Label") or str(uuid.UUID(int=source.getrandbits(128), version=4))
        self._id = str(uuid.UUID(int=source.getrandbits(128), version=4))
        machine = env.states.context_object.context_object_data["StateMachine"]["Id"]
        self.arn = f"{machine.replace(':stateMachine:', ':mapRun:')}/{self._label}:{self._id}"
        if before is not None:
            self._id, self._label, self.arn = before._id, before._label, before.arn
        self._rights = MapRights(env, self._label, self._id)
        self.children: list[Child] = []
        self._waiting: list[Child] = []
        self._workers = 0
        self._failed = 0
        self._tolerated = 0.0
        self._changed = current().kernel.event()

    def record(self, kind: str, **details: Any) -> None:
        """Write an event of the run into the parent's history."""
        self._env.event_manager.add_event(
            context=self._env.event_history_context, event_type=kind, event_details=details
        )

    def announce(self) -> None:
        """Write the begin of the run into the history."""
        if self.redriven:
            details = {"mapRunArn": self.arn, "redriveCount": self.redriven}
            self.record(HistoryEventType.MapRunRedriven, mapRunRedrivenEventDetails=details)
        else:
            details = {"mapRunArn": self.arn}
            self.record(HistoryEventType.MapRunStarted, mapRunStartedEventDetails=details)

    def carry_out(self, items: list[Any] | None, program: Any) -> None:
        """Run all children, so many at a time as MaxConcurrency says.

        Parameters
        ----------
        items
            None where the ItemReader reads them.
        """
        env, fields = self._env, self._fields
        again = ["RedriveExecution"] if self.redriven else []
        self._rights.require("StartExecution", "DescribeExecution", *again)
        self.children = self._remade() if self._before else self._made(items)
        self._waiting = [child for child in self.children if child.status != "SUCCEEDED"]
        self._tolerated = self._tolerance(sum(child.items for child in self.children))
        limit = whole_number(fields.get("MaxConcurrency"), env, "MaxConcurrency", 0)
        for _ in self._waiting[: min(limit or MOST_CHILDREN, MOST_CHILDREN)]:
            self._workers += 1
            current().kernel.spawn(lambda: self._work(program), name=f"child of {self.arn}")
        self._join()

    def _made(self, items: list[Any] | None) -> list[Child]:
        env, fields = self._env, self._fields
        found = read(fields["ItemReader"], env) if items is None else items
        selected = [select(fields, env, index, item) for index, item in enumerate(found)]
        return [self._child(given, count) for given, count in batches(fields, env, selected)]

    def _remade(self) -> list[Child]:
        before = self._before.children if self._before else []
        return [
            child if child.status == "SUCCEEDED" else self._child(child.given, child.items)
            for child in before
        ]

    def _child(self, given: Any, count: int) -> Child:
        kind = self._fields["ItemProcessor"]["ProcessorConfig"]["ExecutionType"]
        return Child(self._env, self._label, given, count, express=kind == "EXPRESS")

    def output(self) -> Any:
        """Return the outputs in order, or where ResultWriter has put them."""
        if "ResultWriter" in self._fields:
            return self._written()
        return [child.frame.states.get_input() for child in self.children]

    def _work(self, program: Any) -> None:
        try:
            while self._waiting:
                child = self._waiting.pop(0)
                child.run(program)
                if child.status in {"FAILED", "TIMED_OUT"}:
                    self._failed += child.items
                if self._failed > self._tolerated:
                    self._waiting.clear()
        finally:
            self._workers -= 1
            self._changed.set()

    def _join(self) -> None:
        try:
            while self._workers and self._failed <= self._tolerated:
                self._changed.clear()
                wait(self._env, self._changed, None)
        finally:
            self._waiting.clear()
            self._stop()
        if self._failed > self._tolerated:
            cause = "The specified tolerated failure threshold was exceeded"
            raise execution_failure(self._env, TOO_MANY_FAILED, cause)

    def _stop(self) -> None:
        running = [child for child in self.children if child.started and child.frame.is_running()]
        if not running or not self._rights.allows("StopExecution"):
            return
        for child in running:
            child.frame.set_stop(stop_date=current().kernel.now(), cause=None, error=None)

    def _tolerance(self, total: int) -> float:
        """Return how many items may fail; where a count and a share are given, both must hold."""
        limits = []
        if "ToleratedFailureCount" in self._fields:
            limits.append(self._number("ToleratedFailureCount"))
        if "ToleratedFailurePercentage" in self._fields:
            limits.append(self._number("ToleratedFailurePercentage") * total / 100)
        return min(limits, default=0.0)

    def _number(self, field: str) -> float:
        value = render(self._fields[field], self._env, field)
        if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
            raise query_failure(self._env, f"The field '{field}' wants 0 or more, not {value!r}.")
        return float(value)

    def _written(self) -> dict[str, Any]:
        env = self._env
        arguments = render(self._fields["ResultWriter"]["Arguments"], env, "ResultWriter/Arguments")
        bucket, prefix = arguments["Bucket"], arguments.get("Prefix", "").rstrip("/")
        folder = f"{prefix}/{self._id}" if prefix else self._id
        session = current().session(execution_arn(env))
        s3 = current().client("s3", env.aws_execution_details.role_arn, session)
        files: dict[str, list[dict[str, Any]]] = {"FAILED": [], "PENDING": [], "SUCCEEDED": []}
        manifest = {"DestinationBucket": bucket, "MapRunArn": self.arn, "ResultFiles": files}
        key = f"{folder}/manifest.json"
        try:
            for status, listed in files.items():
                listed.extend(self._write(s3, bucket, folder, status))
            s3.put_object(Bucket=bucket, Key=key, Body=json.dumps(manifest).encode())
        except (ClientError, BotoCoreError) as error:
            raise execution_failure(env, "States.ResultWriterFailed", str(error)) from error
        return {"MapRunArn": self.arn, "ResultWriterDetails": {"Bucket": bucket, "Key": key}}

    def _write(self, s3: Any, bucket: str, folder: str, status: str) -> list[dict[str, Any]]:
        matching = {"FAILED": ("FAILED", "TIMED_OUT"), "PENDING": ("PENDING", "ABORTED")}
        wanted = matching.get(status, (status,))
        entries = [child.describe() for child in self.children if child.status in wanted]
        if not entries:
            return []
        body = json.dumps(entries).encode()
        key = f"{folder}/{status}_0.json"
        s3.put_object(Bucket=bucket, Key=key, Body=body)
        return [{"Key": key, "Size": len(body)}]
