"""What is otherwise than it should be, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.demand_alarms import is_demand

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_CONFIGURATION = "TargetTrackingScalingPolicyConfiguration"
# Demand teaches what is usual for a model; tags are no part of what an alarm does.
_LEARNED = frozenset({"Threshold", "AlarmDescription"})
_IGNORED = frozenset({"Tags"})


def scaling_differences(
    wanted: tuple[Mapping[str, Any], Mapping[str, Any]],
    targets: Sequence[Mapping[str, Any]],
    policies: Sequence[Mapping[str, Any]],
) -> Iterator[str]:
    """Say what is wrong with how a variant scales.

    Parameters
    ----------
    wanted : tuple of mapping
        Arguments of RegisterScalableTarget and of PutScalingPolicy.
    targets, policies : sequence of mapping
        The same, as they are found.
    """
    target, policy = wanted
    if not targets:
        yield f"{target['ResourceId']} does not scale: it is not registered"
        return
    for name in ("MinCapacity", "MaxCapacity"):
        if targets[0].get(name) != target[name]:
            yield f"{name} of scaling is {targets[0].get(name)} instead of {target[name]}"
    suspended = [name for name, on in targets[0].get("SuspendedState", {}).items() if on]
    if suspended:
        yield f"Scaling is suspended: {', '.join(sorted(suspended))}"
    yield from _policy_differences(policy, policies)


def _policy_differences(
    wanted: Mapping[str, Any], policies: Sequence[Mapping[str, Any]]
) -> Iterator[str]:
    name = wanted["PolicyName"]
    found = next((each for each in policies if each["PolicyName"] == name), None)
    if found is None:
        yield f"The scaling policy {name} is gone"
        return
    for key in _other(wanted[_CONFIGURATION], found.get(_CONFIGURATION, {})):
        yield f"The scaling policy {name} has another {key}"


def alarm_differences(
    wanted: Iterable[Mapping[str, Any]], found: Iterable[Mapping[str, Any]]
) -> Iterator[str]:
    """Say which alarms are gone or otherwise; arguments of PutMetricAlarm, both."""
    there = {str(each["AlarmName"]): each for each in found}
    for alarm in wanted:
        name = str(alarm["AlarmName"])
        if name not in there:
            yield f"The alarm {name} is gone"
            continue
        ignored = _IGNORED | (_LEARNED if is_demand(name) else frozenset())
        for key in _other(alarm, there[name]):
            if key not in ignored:
                yield f"The alarm {name} has another {key}"


def _other(wanted: Mapping[str, Any], found: Mapping[str, Any]) -> list[str]:
    """Return in which of the wanted members two requests differ; AWS adds its own defaults."""
    return [key for key, value in wanted.items() if not _same(value, found.get(key))]


def _same(wanted: Any, found: Any) -> bool:
    if isinstance(wanted, dict) and isinstance(found, dict):
        return not _other(wanted, found)
    if isinstance(wanted, list) and isinstance(found, list):
        pairs = zip(wanted, found, strict=False)
        return len(wanted) == len(found) and all(_same(one, other) for one, other in pairs)
    return bool(wanted == found)
