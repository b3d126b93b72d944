"""What is left of releases that are over. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.proving.finding import orphan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.proving.account import Holdings
    from sandbox.proving.finding import Finding
    from sandbox.proving.ledger import Book


def orphans(book: Book, there: Holdings) -> Iterator[Finding]:
    """Find what nothing refers to any more."""
    serving = {name for name, endpoint in book.endpoints.items() if endpoint.get("live")}
    for name in there.endpoints.keys() - serving:
        yield orphan(f"endpoint {name}, which nothing is live on")
    for kind, names in (("config", there.configs), ("model", there.models)):
        for name in sorted(set(names) - _kept(book)):
            yield orphan(f"{kind} {name}")
    variants = _variants(book)
    for target in there.targets:
        if target not in variants:
            yield orphan(f"scalable target {target}")
    for alarm in there.alarms:
        yield from _orphaned_alarm(alarm, variants)
    for board in there.dashboards:
        if not any(board.startswith(f"slipway-{name}_") for name in serving):
            yield orphan(f"dashboard {board}")
    yield from _orphaned_schedules(book, there)
    yield from _orphaned_artifacts(book, there)


def _kept(book: Book) -> set[str]:
    """Return the names of models and configurations that a successful release may still have."""
    kept: set[str] = set()
    for release in book.releases:
        if release.get("outcome") == "succeeded":
            kept |= set(_texts(release.get("made") or {}))
    for endpoint in book.endpoints.values():
        for part in ("live", "settling"):
            kept |= set(_texts(endpoint.get(part) or {}))
    return kept


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _variants(book: Book) -> set[str]:
    """Return the variants that may scale, as Application Auto Scaling names them."""
    found = set()
    for name, endpoint in book.endpoints.items():
        previous = (endpoint.get("settling") or {}).get("previous")
        for release in (endpoint.get("live"), previous):
            if release:
                found.add(f"endpoint/{name}/variant/{release['variant']}")
    return found


def _orphaned_alarm(alarm: str, variants: set[str]) -> Iterator[Finding]:
    own, tracking = alarm.removeprefix("slipway-"), alarm.removeprefix("TargetTracking-")
    if own != alarm:
        endpoint, _, rest = own.partition("/")
        known = f"endpoint/{endpoint}/variant/{rest.partition('/')[0]}" in variants
    else:
        known = any(tracking.startswith(variant) for variant in variants)
    if not known:
        yield orphan(f"alarm {alarm}")


def _orphaned_schedules(book: Book, there: Holdings) -> Iterator[Finding]:
    for schedule in there.schedules:
        endpoint, _, purpose = schedule.removeprefix("slipway-").rpartition(".")
        item = book.endpoints.get(endpoint)
        if item is None:
            continue  # The stack's own.
        # What has to be left for it to be needed; a judge's ends with its bake.
        needs = {"settle": "settling", "clean": "abandoned"}.get(purpose, "live")
        if not item.get(needs) or purpose.startswith("judge"):
            yield orphan(f"schedule {schedule}")


def _orphaned_artifacts(book: Book, there: Holdings) -> Iterator[Finding]:
    referred = {
        str((release.get("inspection") or {}).get("accepted", ""))
        for release in book.releases
        if release.get("outcome") in {"succeeded", "running", "parked"}
    }
    for key in there.accepted:
        if not any(uri.endswith(key) for uri in referred):
            yield orphan(f"artifact {key}")
