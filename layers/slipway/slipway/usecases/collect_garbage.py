"""Remove what nothing refers to any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.scaling import resource_id
from slipway.ports import DriftBook
from slipway.usecases.forget_baselines import forget_baselines
from slipway.usecases.hold_settling import Held, hold_settling
from slipway.usecases.kept_releases import (
    DEFAULT_KEPT,
    ReferringBook,
    releases_to_go_back_to,
)
from slipway.usecases.referring import let_bytes_go

if TYPE_CHECKING:
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import AcceptedStore, BaselineShelf, Clock, Guards, PartRemover, Scaling
    from slipway.usecases.reference import ReleaseRef


class CollectingBook(ReferringBook, DriftBook, Protocol):
    """The parts of the ledger that say what is kept, and what is compared with what."""


def collect_garbage(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    *,
    ledger: CollectingBook,
    endpoints: PartRemover,
    scaling: Scaling,
    guards: Guards,
    store: AcceptedStore,
    shelf: BaselineShelf,
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
    kept = {each.release for each in ledger.list_releases(ref.endpoint) if _has_bytes(each)}
    forget_baselines(ledger.read_drift(ref.endpoint), kept | {held.live.release}, shelf)
    return {"removed": [release.release for release in gone]}


def _has_bytes(release: ReleaseRecord) -> bool:
    return bool(release.inspection.get("accepted"))


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
