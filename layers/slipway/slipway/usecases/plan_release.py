"""Plan a release, before anything is made."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.capacity.claims import highest_floor
from slipway.domain.naming import ReleaseNames
from slipway.domain.planning import ReleasePlan
from slipway.domain.planning import plan_release as decide_plan
from slipway.domain.planning.budget import with_budget
from slipway.domain.policy import release_policy
from slipway.domain.scaling import target_tracking
from slipway.ports import (
    Announcer,
    Clock,
    EndpointBook,
    EndpointReader,
    Fleet,
    News,
    ReleaseBook,
    TextStore,
)
from slipway.usecases.pinned_spec import pin_spec
from slipway.usecases.plan_facts import account_facts, artifact_facts, image_facts, live_fleet

if TYPE_CHECKING:
    from datetime import datetime

    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import LiveRelease, ReleaseRecord
    from slipway.domain.spec import EndpointSpec
    from slipway.usecases.reference import ReleaseRef


# How long a guarded deployment is waited for beside its bakes, before the endpoint is looked at.
PROVISIONING_SECONDS = 1800


class PlanningBook(EndpointBook, ReleaseBook, Protocol):
    """The parts of the ledger that planning touches."""


def plan_release(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    *,
    region: str,
    ledger: PlanningBook,
    store: TextStore,
    fleet: Fleet,
    endpoints: EndpointReader,
    announcer: Announcer,
    clock: Clock,
) -> dict[str, Any]:
    """Decide names, image, instances and cost, record the plan, and announce the start.

    Raises
    ------
    PlanRefused
        If it is impossible, over quota or over budget.
    """
    release = ledger.read_release(ref.endpoint, ref.release)
    written, _ = pin_spec(release, store)
    record = ledger.read_endpoint(ref.endpoint)
    live = live_fleet(record.live, endpoints)
    spec = _on_another_type(written, release, live)
    plan = decide_plan(
        names=ReleaseNames.of(ref.endpoint, release.drop.version, release.drop.digest),
        spec=spec,
        artifact=artifact_facts(release.inspection),
        image=image_facts(release.inspection),
        account=account_facts(spec, live, fleet, region),
        live=live,
        elsewhere=_wanted(release, record, clock.now()),
    )
    plan = _with_reason(plan, written)
    scaling = target_tracking(
        endpoint=ref.endpoint,
        variant=plan.names.variant,
        spec=spec,
        instance_type=plan.instance_type,
        fewest=plan.min_instances,
        most=plan.max_instances,
    )
    facts = {
        "plan": plan.as_dict(),
        "scaling": {"target": scaling.target, "policy": scaling.policy},
        "policy": with_budget(release_policy(written), written, region) | _chosen_type(release),
    }
    ledger.note_release(ref.endpoint, ref.release, facts)
    announcer.announce(_news(release, plan, ref))
    return _answer(plan, spec)


def _answer(plan: ReleasePlan, spec: EndpointSpec) -> dict[str, Any]:
    """Return what the workflow goes by; everything else is in the ledger."""
    return {
        "action": plan.action,
        "strategy": plan.strategy,
        "bakes": [step.bake_seconds for step in plan.steps],
        "gate": "approve" if spec.release.approve else "",
        "patience": sum(step.bake_seconds for step in plan.steps) + PROVISIONING_SECONDS,
        "summary": str(plan),
    }


def _on_another_type(
    spec: EndpointSpec, release: ReleaseRecord, live: LiveRelease | None
) -> EndpointSpec:
    """Return the settings with the type to plan with, where AWS had no capacity for the spec's.

    The bytes serve already, or nothing does: there is nothing to compare step by step. As many
    instances as serve are a beginning; target tracking finds out what the other type can do.
    """
    # What was chosen last counts: the type that it was dropped for may be refused as well.
    kind = str(release.policy.get("instance_type", "")) or release.drop.instance_type
    if not kind or kind == spec.hosting.instance_type:
        return spec
    count = max(spec.hosting.instance_count, live.instance_count if live else 0)
    hosting = spec.hosting.model_copy(update={"instance_type": kind, "instance_count": count})
    shift = spec.release.model_copy(update={"strategy": "all-at-once"})
    return spec.model_copy(update={"hosting": hosting, "release": shift})


def _wanted(release: ReleaseRecord, record: EndpointRecord, now: datetime) -> int:
    """Return how many instances a release on another type is to bring; 0 for every other one."""
    return max(1, highest_floor(record.claims, now)) if release.drop.instance_type else 0


def _chosen_type(release: ReleaseRecord) -> dict[str, str]:
    chosen = release.policy.get("instance_type")
    return {"instance_type": str(chosen)} if chosen else {}


def _with_reason(plan: ReleasePlan, spec: EndpointSpec) -> ReleasePlan:
    wanted = spec.hosting.instance_type
    if plan.instance_type == wanted:
        return plan
    note = f"On {plan.instance_type} instead of {wanted}, for which AWS has no capacity"
    return replace(plan, notes=(*plan.notes, note))


def _news(release: ReleaseRecord, plan: ReleasePlan, ref: ReleaseRef) -> News:
    return News(
        "Release Started",
        release.endpoint,
        f"Release of version {release.drop.version}: {plan}",
        release=release.release,
        version=release.drop.version,
        execution=ref.execution,
        facts={
            "instance_type": plan.instance_type,
            "instance_count": plan.instance_count,
            "notes": list(plan.notes),
        },
    )
