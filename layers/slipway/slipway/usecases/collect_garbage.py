"""Remove what nothing refers to any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.scaling import resource_id
from slipway.usecases.hold_settling import Held, hold_settling
from slipway.usecases.kept_releases import (
    DEFAULT_KEPT,
    ReferringBook,
    releases_to_go_back_to,
)
from slipway.usecases.referring import let_bytes_go

if TYPE_CHECKING:
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import AcceptedStore, Clock, Guards, PartRemover, Scaling
    from slipway.usecases.reference import ReleaseRef


def collect_garbage(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    *,
    ledger: ReferringBook,
    endpoints: PartRemover,
    scaling: Scaling,
    guards: Guards,
    store: AcceptedStore,
    clock: Clock,
) -> dict[str, Any]:
    """Remove the retired variant's alarms and target, and releases beyond `keep_releases`.

    The live variant has its own alarms by now. A configuration or model that the live endpoint
    uses is never touched: SageMaker's own patching needs them. May be repeated.
    """
    held = hold_settling(ref, ledger=ledger, now=clock.now().isoformat())
    collector = _Collector(ledger, endpoints, store)
    retired = held.settling.previous
    record = ledger.read_release(ref.endpoint, retired.release)
    guards.delete_alarms(record.made.get("alarms", []))
    scaling.deregister(resource_id(ref.endpoint, retired.variant))
    endpoints.delete_config(held.settling.config)
    gone = _beyond(held, ledger)
    for release in gone:
        collector.remove(release)
    return {"removed": [release.release for release in gone]}


def _beyond(held: Held, ledger: ReferringBook) -> list[ReleaseRecord]:
    """Return the releases that are not kept: the oldest, and one that was reverted."""
    name, live = held.record.name, held.live.release
    policy = ledger.read_release(name, live).policy
    keep = int(policy.get("keep_releases", DEFAULT_KEPT))
    beyond = releases_to_go_back_to(ledger.list_releases(name), live)[keep:]
    if held.settling.reverted:
        beyond.append(ledger.read_release(name, held.settling.previous.release))
    return beyond


class _Collector:
    def __init__(self, ledger: ReferringBook, endpoints: PartRemover, store: AcceptedStore) -> None:
        self.ledger = ledger
        self.endpoints = endpoints
        self.store = store

    def remove(self, release: ReleaseRecord) -> None:
        """Take a release's things away, and what the ledger says about them."""
        made = release.made
        own = [made[each] for each in ("config", "canary_config") if made.get(each)]
        for config in (*own, *made.get("wake_configs", [])):
            self.endpoints.delete_config(config)
        if made.get("model"):
            self.endpoints.delete_model(made["model"])
        let_bytes_go(release, self.ledger, self.store)
        facts = {"made": {}, "inspection": {**release.inspection, "accepted": ""}}
        self.ledger.note_release(release.endpoint, release.release, facts)
