"""Write down all that an endpoint is made of, before anything of it goes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from slipway.domain.capacity.rest import Asleep, obstacle
from slipway.domain.naming import alarm_prefix
from slipway.domain.scaling import resource_id
from slipway.errors import EndpointMissing, KeptAwake, NameTaken
from slipway.usecases.hold_rest import hold_rest
from slipway.usecases.rollout import require_still

if TYPE_CHECKING:
    from slipway.domain.release import LiveRelease
    from slipway.ports import Clock, EndpointMirror, EndpointReader, EndpointState
    from slipway.usecases.bedtime import RestBook
    from slipway.usecases.reference import ReleaseRef


@dataclass(frozen=True, slots=True)
class Night:
    """Until when the endpoint sleeps, and whether a person or a known event says so."""

    until: str
    by_hand: bool = False
    event: str = ""


def take_snapshot(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    night: Night,
    *,
    ledger: RestBook,
    endpoints: EndpointReader,
    mirror: EndpointMirror,
    clock: Clock,
) -> dict[str, Any]:
    """Keep configuration, counts, tags, scaling and alarms in the ledger.

    Claims stay where they are, in the same item. A snapshot that is there is kept: parts of what
    it shows may be gone already.

    Raises
    ------
    EndpointMissing
        If there is nothing to wake again.
    EndpointBusy
        If SageMaker or scaling changes the endpoint right now; the workflow tries again.
    NameTaken
        If it serves something that Slipway did not put there.
    KeptAwake
        If something holds it awake by now. What comes after that was looked at finds another
        revision of the item: the snapshot is not written, and the workflow looks again.
    """
    now = clock.now()
    record = hold_rest(ref, ledger=ledger, now=now.isoformat())
    live = record.live
    if record.asleep or live is None:
        return {"config": record.asleep.config if record.asleep else ""}
    state = endpoints.describe(ref.endpoint)
    if state is None:
        raise EndpointMissing(f"Endpoint {ref.endpoint} no longer exists")
    require_still(ref.endpoint, state)
    if state.config != live.config:
        raise NameTaken(
            f"Endpoint {ref.endpoint} serves {state.config}, which Slipway did not put there, "
            "and is left awake: bring the old configuration back, or drop the model again"
        )
    parts = _parts(ref.endpoint, live, state, mirror)
    problem = obstacle(record, parts["tags"], now)
    if problem:
        raise KeptAwake(f"Endpoint {ref.endpoint} stays awake: {problem}")
    snapshot = {**parts, "types": _allowed(live, ledger)}
    asleep = Asleep(
        now.isoformat(),
        night.until,
        live.config,
        snapshot,
        by_hand=night.by_hand,
        event=night.event,
    )
    ledger.write_endpoint(replace(record, asleep=asleep))
    return {"config": live.config}


def _parts(
    endpoint: str, live: LiveRelease, state: EndpointState, mirror: EndpointMirror
) -> dict[str, Any]:
    resources = [resource_id(endpoint, each.name) for each in state.variants]
    scaling = [mirror.scaling(each) for each in resources]
    return {
        "config": dict(mirror.config(live.config)),
        "tags": dict(mirror.tags(endpoint)),
        "counts": {each.name: each.desired_count for each in state.variants},
        "targets": [target for targets, _ in scaling for target in targets],
        "policies": [policy for _, policies in scaling for policy in policies],
        "actions": [action for each in resources for action in mirror.actions(each)],
        "alarms": list(mirror.alarms(alarm_prefix(endpoint))),
    }


def _allowed(live: LiveRelease, ledger: RestBook) -> list[str]:
    """Return the instance types to wake on: what served, then the others that the spec allows."""
    policy = ledger.read_release(live.drop.endpoint, live.release).policy
    return list(dict.fromkeys([live.instance_type, *policy.get("instance_types", [])]))
