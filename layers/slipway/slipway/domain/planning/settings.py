"""Settings that change without a new model: what scaling and the ledger are to know of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from slipway.domain.planning.budget import affordable_instances, with_budget
from slipway.domain.planning.checks import check_combination, check_events
from slipway.domain.policy import release_policy
from slipway.domain.scaling import target_tracking

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.domain.release import ReleaseRecord
    from slipway.domain.spec import EndpointSpec

_LIMITS = {"MinCapacity": "scaling.min", "MaxCapacity": "scaling.max"}
_TRACKED = "TargetTrackingScalingPolicyConfiguration"
# Told with `hosting`, or a list that says nothing to people.
_UNTOLD = frozenset({"hosting", "instance_type", "most"})
_NAMES = {
    "burst_hold_seconds": "scaling.burst.hold",
    "instance_types": "hosting.fallback_instance_types",
    "keep_previous_seconds": "release.keep_previous",
    "events": "scaling.events",
    "sleep": "sleep",
    "alarms": "alarms",
    "drift": "drift",
}
# Told setting by setting.
_SECTIONS = frozenset({"alarms", "drift"})


@dataclass(frozen=True, slots=True)
class Settings:
    """What the ledger has to know of an endpoint.yaml.

    Parameters
    ----------
    scaling : mapping
        `target` and `policy`, the requests that let the variant scale.
    policy : mapping
        :func:`~slipway.domain.policy.release_policy`.
    """

    scaling: Mapping[str, Any]
    policy: Mapping[str, Any]


def settings_for(
    spec: EndpointSpec, instance_type: str, release: ReleaseRecord, region: str
) -> Settings:
    """Return the settings of what serves.

    Parameters
    ----------
    instance_type : str
        What it runs on.

    Raises
    ------
    PlanRefused
        If they do not go together, or the budget does not reach.
    """
    check_combination(spec)
    # AWS may have had no capacity for the spec's type; what serves costs what it costs.
    hosting = spec.hosting.model_copy(update={"instance_type": instance_type})
    there = spec.model_copy(update={"hosting": hosting})
    most = affordable_instances(there, region)
    check_events(spec, most)
    tracking = target_tracking(
        endpoint=release.endpoint,
        variant=str(release.plan["names"]["variant"]),
        spec=spec,
        instance_type=instance_type,
        fewest=spec.scaling.min,
        most=most,
    )
    chosen = release.policy.get("instance_type")
    policy = with_budget(release_policy(spec), spec, region)
    policy |= {"instance_type": chosen} if chosen else {}
    return Settings({"target": tracking.target, "policy": tracking.policy}, policy)


def changes(release: ReleaseRecord, settings: Settings) -> tuple[str, ...]:
    """Say in words what settings change of a release."""
    return (*_scaling_changes(release, settings), *_policy_changes(release.policy, settings.policy))


def _scaling_changes(release: ReleaseRecord, settings: Settings) -> Iterator[str]:
    old, new = release.scaling.get("target", {}), settings.scaling["target"]
    for limit, name in _LIMITS.items():
        if old.get(limit) != new[limit]:
            yield f"{name}: {_shown(old.get(limit))} → {_shown(new[limit])}"
    before = release.scaling.get("policy", {}).get(_TRACKED, {})
    after = settings.scaling["policy"][_TRACKED]
    if before.get("TargetValue") != after["TargetValue"]:
        yield f"scaling.target: {_shown(before.get('TargetValue'))} → {after['TargetValue']:g}"
    watched = ("PredefinedMetricSpecification", "CustomizedMetricSpecification")
    if [before.get(each) for each in watched] != [after.get(each) for each in watched]:
        yield "scaling.metric"


def _policy_changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    for key, value in new.items():
        before = old.get(key)
        if key in _UNTOLD or before == value or (before is None and not value):
            continue
        name = _NAMES.get(key, f"release.{key}")
        if key in _SECTIONS and isinstance(before, dict):
            parts = [part for part in value if before.get(part) != value[part]]
            for part in parts:
                yield f"{name}.{part}: {_shown(before.get(part))} → {_shown(value[part])}"
        elif isinstance(value, int | float | str) and before is not None:
            yield f"{name}: {_shown(before)} → {_shown(value)}"
        else:
            yield name


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if value is None:
        return "none"
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def adopted(release: ReleaseRecord, settings: Settings, note: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts that make settings those of a release.

    Parameters
    ----------
    note : mapping
        `version` of endpoint.yaml, `by` which execution, `changes`, `at`.
    """
    return {
        "scaling": dict(settings.scaling),
        "policy": dict(settings.policy),
        "spec_version": note["version"],
        "evidence": {**release.evidence, "settings": dict(note)},
    }
