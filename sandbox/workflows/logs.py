"""Execution logs in CloudWatch Logs, as a machine's logging configuration asks for them."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from botocore.client import BaseClient

_FATAL = ("ExecutionFailed", "ExecutionAborted", "ExecutionTimedOut")
_ERRORS = ("Failed", "Aborted", "TimedOut")
_DATA = ("input", "inputDetails", "output", "outputDetails", "parameters")
_BATCH = 500


def group_of(configuration: dict[str, Any] | None) -> str | None:
    """Return the name of the log group that a configuration delivers to.

    Raises
    ------
    AwsError
        The configuration asks for logs and names no group in the form that AWS wants.
    """
    if not configuration or configuration.get("level", "OFF") == "OFF":
        return None
    destinations = configuration.get("destinations", [])
    if len(destinations) != 1:
        raise AwsError("InvalidLoggingConfiguration", "Must specify exactly one Log Destination.")
    arn = destinations[0]["cloudWatchLogsLogGroup"]["logGroupArn"]
    if not arn.endswith(":*"):
        message = f"Log Group ARN must end with ':*', and {arn} does not."
        raise AwsError("InvalidLoggingConfiguration", message)
    return str(arn.split(":log-group:")[1].removesuffix(":*"))


def deliver(logs: BaseClient, execution: Any) -> None:
    """Write an ended execution's history to its log group.

    AWS delivers while the execution runs; here the events come at its end, with their own times.
    """
    configuration = execution.state_machine.loggingConfiguration
    group = group_of(configuration)
    if group is None:
        return
    history = execution.exec_worker.env.event_manager.get_event_history()
    first = getattr(execution, "logged", 0)
    execution.logged = len(history)
    entries = [_entry(event, execution, configuration) for event in history[first:]]
    wanted = [entry for entry in entries if _wanted(entry["type"], configuration["level"])]
    if not wanted:
        return
    day = f"{execution.start_date:%Y-%m-%d-%H-%M}"
    stream = f"states/{execution.state_machine.name}/{day}/{execution.name}"
    if first == 0:
        logs.create_log_stream(logGroupName=group, logStreamName=stream)
    for start in range(0, len(wanted), _BATCH):
        events = [
            {"timestamp": int(entry["event_timestamp"]), "message": json.dumps(entry)}
            for entry in wanted[start : start + _BATCH]
        ]
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=events)


def _wanted(kind: str, level: str) -> bool:
    if level == "ALL":
        return True
    return kind in _FATAL if level == "FATAL" else kind.endswith(_ERRORS)


def _entry(event: dict[str, Any], execution: Any, configuration: dict[str, Any]) -> dict[str, Any]:
    bodies = (body for name, body in event.items() if name.endswith("EventDetails"))
    details: dict[str, Any] = dict(next(bodies, {}))
    if not configuration.get("includeExecutionData", False):
        details = {name: value for name, value in details.items() if name not in _DATA}
    moment = datetime.fromisoformat(event["timestamp"])
    return {
        "id": str(event["id"]),
        "type": event["type"],
        "details": details,
        "redrive_count": str(execution.redrive_count),
        "previous_event_id": str(event["previousEventId"]),
        "event_timestamp": str(round(moment.timestamp() * 1000)),
        "execution_arn": execution.exec_arn,
    }
