"""Retry and Catch."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox.errors import Unsupported
from sandbox.workflows import names

if TYPE_CHECKING:
    from sandbox.workflows.lint.problems import Report

STATES = {
    "States.ALL",
    "States.BranchFailed",
    "States.ExceedToleratedFailureThreshold",
    "States.HeartbeatTimeout",
    "States.ItemReaderFailed",
    "States.NoChoiceMatched",
    "States.Permissions",
    "States.QueryEvaluationError",
    "States.ResultWriterFailed",
    "States.TaskFailed",
    "States.Timeout",
}
# What Lambda's service and runtime report beside the functions' own exceptions.
LAMBDA = {
    "Lambda.AWSLambdaException",
    "Lambda.ClientExecutionTimeoutException",
    "Lambda.SdkClientException",
    "Lambda.Unknown",
    "Runtime.ExitError",
    "Runtime.HandlerNotFound",
    "Runtime.ImportModuleError",
    "Runtime.MarshalError",
    "Runtime.UserCodeSyntaxError",
    "Sandbox.Timedout",
}
_PREFIXES = {
    "dynamodb": ("dynamodb", "DynamoDB", "AmazonDynamoDBException"),
    "events": ("events", "Events", "AmazonEventBridgeException"),
    "lambda": ("lambda", "Lambda", "AWSLambdaException"),
    "sns": ("sns", "SNS", "AmazonSNSException"),
    "sqs": ("sqs", "SQS", "AmazonSQSException"),
    "states": ("stepfunctions", "StepFunctions", "AWSStepFunctionsException"),
}
_CLASS = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_RETRY = {
    "ErrorEquals",
    "IntervalSeconds",
    "MaxAttempts",
    "BackoffRate",
    "MaxDelaySeconds",
    "JitterStrategy",
    "Comment",
}
_CATCH = {"ErrorEquals", "Next", "Output", "Assign", "Comment"}
_MOST_SECONDS = 99_999_999
_MOST_DELAY = 31_622_400


def check(name: str, state: dict[str, Any], report: Report) -> None:
    """Check a state's Retry and Catch."""
    for field, known in (("Retry", _RETRY), ("Catch", _CATCH)):
        rules = state.get(field, [])
        for index, rule in enumerate(rules):
            where = f"{name}/{field}[{index}]"
            for extra in sorted(set(rule) - known):
                report.add(where, f"The field {extra!r} does not belong here (JSONata).")
            _check_names(rule, where, state, report)
            if "States.ALL" in rule.get("ErrorEquals", []) and index < len(rules) - 1:
                report.add(where, "States.ALL must be in the last rule.")
            if field == "Retry":
                _check_numbers(rule, where, report)
        _check_repeats(rules, f"{name}/{field}", report)
    caught = {error for rule in state.get("Catch", []) for error in rule.get("ErrorEquals", [])}
    if "States.TaskFailed" in caught and not caught & {"States.ALL", "States.Timeout"}:
        report.add(f"{name}/Catch", "States.TaskFailed does not match States.Timeout: add it.")


def _check_names(rule: dict[str, Any], where: str, state: dict[str, Any], report: Report) -> None:
    wanted = rule.get("ErrorEquals")
    if not isinstance(wanted, list) or not wanted:
        report.add(where, "ErrorEquals must name errors.")
        return
    if "States.ALL" in wanted and len(wanted) > 1:
        report.add(where, "States.ALL must stand alone.")
    for error in wanted:
        if not _known(error, state, report.errors):
            report.add(where, f"Nothing here can fail with {error!r}.")


def _known(error: str, state: dict[str, Any], errors: frozenset[str] | None) -> bool:
    if error.startswith("States."):
        return error in STATES
    if state.get("Type") != "Task":
        return bool(_CLASS.fullmatch(error))
    parts = str(state.get("Resource", "")).split(":")
    if "aws-sdk" in parts:
        return _known_in_sdk(error, parts, token=".waitForTaskToken" in parts[-1])
    service = parts[5] if len(parts) > 5 else ""  # noqa: PLR2004 - arn:aws:states:::<service>:…
    return error in _optimized(service) or _is_class(error, errors)


def _known_in_sdk(error: str, parts: list[str], *, token: bool) -> bool:
    try:
        known = names.known_errors(parts[-2])
    except Unsupported:
        return True  # Reported where the Resource is checked.
    return error in known or (token and _is_class(error, None))


def _optimized(service: str) -> set[str]:
    if service not in _PREFIXES:
        return set()
    boto_name, prefix, unnamed = _PREFIXES[service]
    shapes = {shape.name for shape in names.service_model(boto_name).error_shapes}
    known = {f"{prefix}.{s if s.endswith('Exception') else s + 'Exception'}" for s in shapes}
    own = LAMBDA if service == "lambda" else set()
    failed_entry = {"EventBridge.FailedEntry"} if service == "events" else set()
    return known | own | failed_entry | {f"{prefix}.{unnamed}", f"{prefix}.SdkClientException"}


def _is_class(error: str, errors: frozenset[str] | None) -> bool:
    if "." in error:
        return False
    return error in errors if errors is not None else bool(_CLASS.fullmatch(error))


def _check_numbers(rule: dict[str, Any], where: str, report: Report) -> None:
    limits = {
        "IntervalSeconds": (1, _MOST_SECONDS),
        "MaxAttempts": (0, _MOST_SECONDS),
        "MaxDelaySeconds": (1, _MOST_DELAY),
    }
    for field, (least, most) in limits.items():
        value = rule.get(field, least)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            report.add(where, f"{field} must be a whole number from {least} to {most}.")
    rate = rule.get("BackoffRate", 2.0)
    if isinstance(rate, bool) or not isinstance(rate, int | float) or rate < 1:
        report.add(where, "BackoffRate must be 1 or more.")
    if rule.get("JitterStrategy", "NONE") not in {"NONE", "FULL"}:
        report.add(where, "JitterStrategy must be NONE or FULL.")
    if rule.get("MaxDelaySeconds", _MOST_DELAY) < rule.get("IntervalSeconds", 1):
        report.add(where, "MaxDelaySeconds must not be below IntervalSeconds.")


def _check_repeats(rules: list[dict[str, Any]], where: str, report: Report) -> None:
    seen: set[str] = set()
    for rule in rules:
        for error in rule.get("ErrorEquals", []):
            if error in seen:
                report.add(where, f"{error!r} stands in two rules; the second is never reached.")
            seen.add(error)
