"""EventBridge's API where moto's does not do: putting events and testing patterns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from sandbox.errors import Unsupported
from sandbox.events._moto import Refused, RuleHooks, watch_rules
from sandbox.events.bus.bus import DEFAULT_BUS, compiled
from sandbox.events.bus.targets import kind_of
from sandbox.events.bus.transform import InvalidPath, check_path, placeholders
from sandbox.events.patterns import EventPattern, InvalidEventPattern
from sandbox.events.schedules.expressions import InvalidExpression, parse_rule
from sandbox.gateway import AwsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.account import Account
    from sandbox.events.bus.bus import Bus
    from sandbox.gateway import Call

_LARGEST_REQUEST = 1024 * 1024
_MOST_TARGETS = 5
_TIME_BYTES = 14


def serve(account: Account, bus: Bus, changed: Callable[[], None]) -> None:
    """Answer PutEvents and TestEventPattern, and check rules wherever they come from."""
    account.gateway.serve("events", "PutEvents", lambda call: put_events(bus, call))
    account.gateway.serve("events", "TestEventPattern", _test_pattern)
    for operation in ("CreateArchive", "StartReplay", "CreateApiDestination", "CreateConnection"):
        account.gateway.serve("events", operation, _unsupported)
    watch_rules(RuleHooks(check_rule, check_targets, changed))


def _unsupported(call: Call) -> None:
    raise Unsupported(f"events:{call.operation} in the sandbox.")


def put_events(bus: Bus, call: Call) -> dict[str, Any]:
    """Answer PutEvents: refusals of single entries stand inside a successful answer."""
    entries = call.params["Entries"]
    if sum(_size(entry) for entry in entries) > _LARGEST_REQUEST:
        message = "Total size of the entries in the request is over the limit."
        raise AwsError("ValidationException", message)
    results = [_put(bus, entry) for entry in entries]
    failed = sum("ErrorCode" in result for result in results)
    return {"FailedEntryCount": failed, "Entries": results}


def _size(entry: dict[str, Any]) -> int:
    texts = [entry.get(name) or "" for name in ("Source", "DetailType", "Detail")]
    texts += entry.get("Resources") or []
    return _TIME_BYTES * ("Time" in entry) + sum(len(text.encode()) for text in texts)


def _put(bus: Bus, entry: dict[str, Any]) -> dict[str, str]:
    refusal = _refusal(entry)
    if refusal is not None:
        return {"ErrorCode": refusal[0], "ErrorMessage": refusal[1]}
    event = bus.envelopes.make(
        entry["Source"],
        entry["DetailType"],
        json.loads(entry["Detail"]),
        resources=entry.get("Resources") or (),
        time=entry.get("Time") or bus.now(),
    )
    bus.put(event, (entry.get("EventBusName") or DEFAULT_BUS).rpartition("/")[2])
    return {"EventId": event["id"]}


def _refusal(entry: dict[str, Any]) -> tuple[str, str] | None:
    for name in ("Source", "DetailType", "Detail"):
        if not entry.get(name):
            reason = f"Parameter {name} is not valid. Reason: {name} is a required argument."
            return "InvalidArgument", reason
    if entry["Source"].startswith("aws."):
        return "NotAuthorizedForSourceException", "Not authorized for the source."
    return None if _is_object(entry["Detail"]) else ("MalformedDetail", "Detail is malformed.")


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except json.JSONDecodeError:
        return False


def _test_pattern(call: Call) -> dict[str, Any]:
    try:
        event = json.loads(call.params["Event"])
        return {"Result": compiled(call.params["EventPattern"]).matches(event)}
    except InvalidEventPattern as error:
        raise AwsError(error.code, str(error)) from error
    except json.JSONDecodeError as error:
        raise AwsError("ValidationException", "Parameter Event is not valid.") from error


def check_rule(pattern: str | None, schedule: str | None) -> None:
    """Refuse a rule that PutRule refuses."""
    try:
        if pattern:
            EventPattern(pattern)
        if schedule:
            parse_rule(schedule)
    except InvalidEventPattern as error:
        raise Refused(error.code, str(error)) from error
    except InvalidExpression as error:
        message = "Parameter ScheduleExpression is not valid."
        raise Refused("ValidationException", message) from error


def check_targets(targets: list[dict[str, Any]]) -> None:
    """Refuse targets that PutTargets refuses."""
    if len(targets) > _MOST_TARGETS:
        message = "The requested resource exceeds the maximum number allowed."
        raise Refused("LimitExceededException", message)
    for target in targets:
        try:
            problem = _problem(target)
        except InvalidPath as error:
            problem = str(error)
        if problem:
            raise Refused("ValidationException", f"Target {target.get('Id')}: {problem}")


def _problem(target: dict[str, Any]) -> str | None:
    kind = kind_of(target["Arn"])
    if kind in ("states", "events") and not target.get("RoleArn"):
        return f"RoleArn is required for target {target['Arn']}."
    if target["Arn"].endswith(".fifo") and not target.get("SqsParameters"):
        return "Parameter(s) MessageGroupId must be specified for a FIFO queue."
    inputs = [name for name in ("Input", "InputPath", "InputTransformer") if target.get(name)]
    if len(inputs) > 1:
        return f"Only one of Input, InputPath, or InputTransformer must be provided, not {inputs}."
    return _input_problem(target)


def _input_problem(target: dict[str, Any]) -> str | None:
    paths = (target.get("InputTransformer") or {}).get("InputPathsMap") or {}
    for path in [*paths.values(), *filter(None, [target.get("InputPath")])]:
        check_path(path)
    for name in paths:
        if name.lower().startswith("aws"):
            return f"InputPathsMap: {name} starts with AWS, which is reserved."
    template = (target.get("InputTransformer") or {}).get("InputTemplate") or ""
    unknown = [name for name in placeholders(template) if name not in paths]
    if unknown:
        return f"Invalid InputTemplate: placeholder {unknown[0]} is not in InputPathsMap."
    try:
        json.loads(target.get("Input") or "{}")
    except json.JSONDecodeError as error:
        return f"JSON syntax error in input: {error}"
    return None
