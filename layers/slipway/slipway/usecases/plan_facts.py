"""What a plan is made from: the artifact, its image, the account, and what serves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from slipway.domain.images import Image
from slipway.domain.planning import AccountFacts, ArtifactFacts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.release import LiveRelease
    from slipway.domain.spec import EndpointSpec
    from slipway.ports import EndpointReader, Fleet


def artifact_facts(inspection: Mapping[str, Any]) -> ArtifactFacts:
    """Return what the inspection found in the archive."""
    return ArtifactFacts(
        uri=inspection["accepted"],
        program=inspection.get("program"),
        requirements=bool(inspection.get("requirements")),
    )


def image_facts(inspection: Mapping[str, Any]) -> Image:
    """Return the image that the artifact was inspected for."""
    chosen = inspection["image"]
    return Image(
        chosen["uri"], chosen["framework"], chosen["version"], architecture=chosen["architecture"]
    )


def account_facts(
    spec: EndpointSpec, live: LiveRelease | None, fleet: Fleet, region: str
) -> AccountFacts:
    """Return what the account may have and has, of the new type and of the one that serves."""
    kinds = dict.fromkeys([spec.hosting.instance_type, *([live.instance_type] if live else [])])
    quotas = {kind: fleet.quota(kind) for kind in kinds}
    unknown = [kind for kind, quota in quotas.items() if quota is None]
    defaults = {kind: fleet.default_quota(kind) for kind in unknown}
    known = [kind for kind, quota in defaults.items() if quota is not None]
    running = {kind: fleet.running(kind) for kind in kinds}
    return AccountFacts(region, quotas=quotas | defaults, running=running, defaults=known)


def live_fleet(live: LiveRelease | None, endpoints: EndpointReader) -> LiveRelease | None:
    """Return what serves with the count that scaling has given it; None if it is gone."""
    state = endpoints.describe(live.drop.endpoint) if live else None
    if live is None or state is None:
        return None
    counts = [variant.desired_count for variant in state.variants if variant.name == live.variant]
    return replace(live, instance_count=counts[0]) if counts else live
