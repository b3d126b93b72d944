"""From a task to the call that it makes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.errors import Unsupported

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Task:
    """What a task calls, with which arguments, as whom.

    Attributes
    ----------
    service, api, action, pattern
        `aws-sdk`, `sagemaker`, `describeEndpoint` and "", `waitForTaskToken`, `sync` or `sync:2`;
        service and api are the same for optimized integrations.
    role, session
        Whom the call is made as.
    execution, machine
        ARNs.
    """

    service: str
    api: str
    action: str
    pattern: str
    arguments: Any
    role: str
    session: str
    execution: str
    machine: str


# Optimized integrations, with the patterns that AWS offers for each.
PATTERNS: dict[tuple[str, str], frozenset[str]] = {
    ("lambda", "invoke"): frozenset({"", "waitForTaskToken"}),
    ("sns", "publish"): frozenset({"", "waitForTaskToken"}),
    ("sqs", "sendMessage"): frozenset({"", "waitForTaskToken"}),
    ("events", "putEvents"): frozenset({"", "waitForTaskToken"}),
    ("states", "startExecution"): frozenset({"", "sync", "sync:2", "waitForTaskToken"}),
    ("dynamodb", "getItem"): frozenset({""}),
    ("dynamodb", "putItem"): frozenset({""}),
    ("dynamodb", "updateItem"): frozenset({""}),
    ("dynamodb", "deleteItem"): frozenset({""}),
}
OPTIMIZED = frozenset(PATTERNS)


def perform(task: Task, env: Any) -> Any:
    """Make a task's call and return what AWS gives as its result.

    Raises
    ------
    TaskFailure
        With the error name that AWS gives it.
    Unsupported
        The sandbox does not have this integration.
    """
    return _integration(task)(task, env)


def _integration(task: Task) -> Callable[[Task, Any], Any]:
    from sandbox.workflows.integrations import messages, nested, optimized, sdk

    if task.service == "aws-sdk":
        return sdk.call
    integrations: dict[str, Callable[[Task, Any], Any]] = {
        "lambda": optimized.invoke_function,
        "dynamodb": optimized.dynamodb,
        "sns": messages.publish,
        "sqs": messages.send_message,
        "events": messages.put_events,
        "states": nested.start_execution,
    }
    if (task.service, task.action) not in OPTIMIZED:
        raise Unsupported(f"The sandbox has no integration {task.service}:{task.action}.")
    return integrations[task.service]
