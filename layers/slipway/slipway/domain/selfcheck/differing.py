"""Endpoints that are otherwise than the ledger says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slipway.domain.selfcheck.facts import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import LiveRelease
    from slipway.domain.selfcheck.facts import Account, Book, Serving

_SERVES = "InService"
# SageMaker's own scaling and repairs; a release would hold the lease.
_PASSING = frozenset({"Updating", "SystemUpdating"})


def differences(book: Book, account: Account) -> Iterator[Finding]:
    """Give the endpoints at rest that do not serve what is live, as it is live."""
    for record in book.endpoints.values():
        if not book.at_rest(record.name):
            continue
        for words in _differences(record, account.endpoints.get(record.name), book):
            yield Finding("differs", "endpoint", record.name, record.name, words)


def _differences(record: EndpointRecord, found: Serving | None, book: Book) -> Iterator[str]:
    if record.live is None:
        return
    if record.asleep:
        if record.asleep.phase == "asleep" and found is not None:
            yield f"The ledger says that {record.name} sleeps, and it is {found.status}"
    elif found is None:
        yield f"{record.name} is gone, and version {record.live.drop.version} should serve on it"
    elif found.status not in {_SERVES, *_PASSING}:
        yield f"{record.name} is {found.status}"
    elif found.status == _SERVES:
        yield from _serving(record, record.live, found, book)


def _serving(
    record: EndpointRecord, live: LiveRelease, found: Serving, book: Book
) -> Iterator[str]:
    both = record.settling.config if record.settling else ""
    if found.config not in {live.config, both}:
        yield _other_config(record.name, live, found.config, book)
        return
    if not found.weights.get(live.variant):
        yield f"Version {live.drop.version} of {record.name} is live and has no traffic"
    others = [name for name, weight in found.weights.items() if weight and name != live.variant]
    if others:
        yield f"{', '.join(others)} of {record.name} has traffic, and {live.variant} is live"


def _other_config(endpoint: str, live: LiveRelease, config: str, book: Book) -> str:
    """Say whose configuration serves: SageMaker goes back by itself and still says InService."""
    for release in book.releases.get(endpoint, ()):
        if config in {release.made.get(name) for name in ("config", "canary_config")}:
            return (
                f"SageMaker serves {config} of version {release.drop.version} on {endpoint}, and "
                f"version {live.drop.version} ({live.config}) is live: it rolled back silently, or "
                "somebody changed it"
            )
    return f"{endpoint} serves {config}, which no release made; {live.config} is live"
