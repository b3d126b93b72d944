"""What must hold in account and ledger once nothing runs any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.proving import ledger
from sandbox.proving.account import Holdings, answers, holdings
from sandbox.proving.finding import broken, orphan
from sandbox.proving.orphans import orphans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.proving.finding import Finding
    from sandbox.proving.ledger import Book, Item
    from sandbox.testing import Sandbox


def violations(sandbox: Sandbox) -> list[Finding]:
    """Return all that does not hold in the account."""
    book = ledger.read(sandbox)
    problems = {
        name: answers(sandbox, name)
        for name, endpoint in book.endpoints.items()
        if endpoint.get("live") and not endpoint.get("asleep")
    }
    mute = [
        broken(f"endpoint {name} does not answer: {problem}")
        for name, problem in problems.items()
        if problem is not None
    ]
    return [*findings(book, holdings(sandbox)), *mute]


def findings(book: Book, there: Holdings) -> list[Finding]:
    """Return what does not hold between a ledger and an account."""
    return [
        *_unfinished(book, there),
        *_serving(book, there),
        *_lost(book, there),
        *orphans(book, there),
    ]


# ── nothing goes on, and everything has ended in one way ────────────────────────────────────────


def _unfinished(book: Book, there: Holdings) -> Iterator[Finding]:
    for arn in there.running:
        yield broken(f"{arn} still runs")
    for name, endpoint in book.endpoints.items():
        for part in ("lease", "parked"):
            if endpoint.get(part):
                yield broken(f"endpoint {name} still has its {part}: {endpoint[part]}")
    for drop in book.drops:
        if not drop.get("outcome"):
            yield broken(f"drop {drop['pk']} {drop['sk']} has no terminal record")
    for release in book.releases:
        yield from _unfinished_release(release)
    for token in book.tokens:
        yield orphan(f"task token {token['pk']} of release {token.get('release')}")


def _unfinished_release(release: Item) -> Iterator[Finding]:
    name, outcome = f"{release['pk']} {release['sk']}", release.get("outcome")
    if outcome not in ledger.FINAL:
        yield broken(f"{name} ended as {outcome}, which is no outcome")
    elif not release.get("reason") or not release.get("ended"):
        yield broken(f"{name} is {outcome} without a reason or an end")
    for wait in ("bake", "gate"):
        if release.get(wait):
            yield broken(f"{name} is over and still has its {wait}")


# ── what is live serves ─────────────────────────────────────────────────────────────────────────


def _serving(book: Book, there: Holdings) -> Iterator[Finding]:
    for name, endpoint in book.endpoints.items():
        live = endpoint.get("live")
        if not live:
            continue
        described = there.endpoints.get(name)
        if endpoint.get("asleep"):
            yield from _sleeps(endpoint, described)
            continue
        if described is None:
            yield broken(f"endpoint {name} is gone, though {live['config']} is live")
        else:
            yield from _serves(endpoint, described)


def _sleeps(endpoint: Item, described: Item | None) -> Iterator[Finding]:
    """Look at an endpoint that is gone on purpose: from other phases somebody goes on."""
    name, phase = endpoint["sk"], endpoint["asleep"]["phase"]
    if phase == "asleep" and described is not None:
        yield broken(f"endpoint {name} is asleep and {described['EndpointStatus']}")


def _serves(endpoint: Item, described: Item) -> Iterator[Finding]:
    name, live = endpoint["sk"], endpoint["live"]
    settling = endpoint.get("settling") or {}
    status, config = described["EndpointStatus"], described["EndpointConfigName"]
    if status != "InService":
        yield broken(f"endpoint {name} is {status}")
    if config not in {live["config"], settling.get("config")}:
        yield broken(f"endpoint {name} serves {config}, the ledger says {live['config']}")
    for variant in described.get("ProductionVariants", []):
        live_one = variant["VariantName"] == live["variant"]
        if live_one != (variant["CurrentWeight"] > 0):
            words = f"{variant['VariantName']} has weight {variant['CurrentWeight']}"
            yield broken(f"endpoint {name}: {words}; live is {live['variant']}")


# ── what a live release needs is there ──────────────────────────────────────────────────────────


def _lost(book: Book, there: Holdings) -> Iterator[Finding]:
    for name, endpoint in book.endpoints.items():
        if not endpoint.get("live"):
            continue
        variant = endpoint["live"]["variant"]
        # What sleeps is registered again when it is in service.
        scales = not endpoint.get("asleep")
        if scales and f"endpoint/{name}/variant/{variant}" not in there.targets:
            yield broken(f"{variant} of endpoint {name} does not scale")
        if not any(alarm.startswith(f"slipway-{name}/{variant}/") for alarm in there.alarms):
            yield broken(f"{variant} of endpoint {name} has no alarms")
        shown = any(board.startswith(f"slipway-{name}_") for board in there.dashboards)
        if not shown and not _told_of_no_dashboard(book, name):
            yield broken(f"endpoint {name} has no dashboard")
        for kind, names in (("config", there.configs), ("model", there.models)):
            if endpoint["live"][kind] not in names:
                yield broken(f"the {kind} {endpoint['live'][kind]} of {name} is gone")


def _told_of_no_dashboard(book: Book, endpoint: str) -> bool:
    """Tell whether a release says so: it does not fail for a picture, but must not hide it."""
    told = [(each.get("evidence") or {}).get("dashboard") for each in book.releases_of(endpoint)]
    return any(told)
