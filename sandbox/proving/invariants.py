"""What must hold in account and ledger once nothing runs any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from sandbox.proving import ledger
from sandbox.proving.account import Holdings, answers, holdings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.proving.ledger import Book, Item
    from sandbox.testing import Sandbox


class Finding(NamedTuple):
    """Something that does not hold.

    Attributes
    ----------
    kind
        `orphan`: left behind by a release that is over; `broken`: everything else.
    """

    kind: Literal["orphan", "broken"]
    text: str


def violations(sandbox: Sandbox) -> list[Finding]:
    """Return all that does not hold in the account."""
    book = ledger.read(sandbox)
    problems = {
        name: answers(sandbox, name)
        for name, endpoint in book.endpoints.items()
        if endpoint.get("live") and not endpoint.get("asleep")
    }
    mute = [
        _broken(f"endpoint {name} does not answer: {problem}")
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
        *_orphans(book, there),
    ]


def _broken(text: str) -> Finding:
    return Finding("broken", text)


def _orphan(text: str) -> Finding:
    return Finding("orphan", text)


# ── nothing goes on, and everything has ended in one way ────────────────────────────────────────


def _unfinished(book: Book, there: Holdings) -> Iterator[Finding]:
    for arn in there.running:
        yield _broken(f"{arn} still runs")
    for name, endpoint in book.endpoints.items():
        for part in ("lease", "parked"):
            if endpoint.get(part):
                yield _broken(f"endpoint {name} still has its {part}: {endpoint[part]}")
    for drop in book.drops:
        if not drop.get("outcome"):
            yield _broken(f"drop {drop['pk']} {drop['sk']} has no terminal record")
    for release in book.releases:
        yield from _unfinished_release(release)
    for token in book.tokens:
        yield _orphan(f"task token {token['pk']} of release {token.get('release')}")


def _unfinished_release(release: Item) -> Iterator[Finding]:
    name, outcome = f"{release['pk']} {release['sk']}", release.get("outcome")
    if outcome not in ledger.FINAL:
        yield _broken(f"{name} ended as {outcome}, which is no outcome")
    elif not release.get("reason") or not release.get("ended"):
        yield _broken(f"{name} is {outcome} without a reason or an end")
    for wait in ("bake", "gate"):
        if release.get(wait):
            yield _broken(f"{name} is over and still has its {wait}")


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
            yield _broken(f"endpoint {name} is gone, though {live['config']} is live")
        else:
            yield from _serves(endpoint, described)


def _sleeps(endpoint: Item, described: Item | None) -> Iterator[Finding]:
    """Look at an endpoint that is gone on purpose: from other phases somebody goes on."""
    name, phase = endpoint["sk"], endpoint["asleep"]["phase"]
    if phase == "asleep" and described is not None:
        yield _broken(f"endpoint {name} is asleep and {described['EndpointStatus']}")


def _serves(endpoint: Item, described: Item) -> Iterator[Finding]:
    name, live = endpoint["sk"], endpoint["live"]
    settling = endpoint.get("settling") or {}
    status, config = described["EndpointStatus"], described["EndpointConfigName"]
    if status != "InService":
        yield _broken(f"endpoint {name} is {status}")
    if config not in {live["config"], settling.get("config")}:
        yield _broken(f"endpoint {name} serves {config}, the ledger says {live['config']}")
    for variant in described.get("ProductionVariants", []):
        live_one = variant["VariantName"] == live["variant"]
        if live_one != (variant["CurrentWeight"] > 0):
            words = f"{variant['VariantName']} has weight {variant['CurrentWeight']}"
            yield _broken(f"endpoint {name}: {words}; live is {live['variant']}")


# ── what a live release needs is there ──────────────────────────────────────────────────────────


def _lost(book: Book, there: Holdings) -> Iterator[Finding]:
    for name, endpoint in book.endpoints.items():
        if not endpoint.get("live"):
            continue
        variant = endpoint["live"]["variant"]
        # What sleeps is registered again when it is in service.
        scales = not endpoint.get("asleep")
        if scales and f"endpoint/{name}/variant/{variant}" not in there.targets:
            yield _broken(f"{variant} of endpoint {name} does not scale")
        if not any(alarm.startswith(f"slipway-{name}/{variant}/") for alarm in there.alarms):
            yield _broken(f"{variant} of endpoint {name} has no alarms")
        shown = any(board.startswith(f"slipway-{name}_") for board in there.dashboards)
        if not shown and not _told_of_no_dashboard(book, name):
            yield _broken(f"endpoint {name} has no dashboard")
        for kind, names in (("config", there.configs), ("model", there.models)):
            if endpoint["live"][kind] not in names:
                yield _broken(f"the {kind} {endpoint['live'][kind]} of {name} is gone")


def _told_of_no_dashboard(book: Book, endpoint: str) -> bool:
    """Tell whether a release says so: it does not fail for a picture, but must not hide it."""
    told = [(each.get("evidence") or {}).get("dashboard") for each in book.releases_of(endpoint)]
    return any(told)


# ── nothing is left of what is over ─────────────────────────────────────────────────────────────


def _orphans(book: Book, there: Holdings) -> Iterator[Finding]:
    serving = {name for name, endpoint in book.endpoints.items() if endpoint.get("live")}
    for name in there.endpoints.keys() - serving:
        yield _orphan(f"endpoint {name}, which nothing is live on")
    for kind, names in (("config", there.configs), ("model", there.models)):
        for name in sorted(set(names) - _kept(book)):
            yield _orphan(f"{kind} {name}")
    variants = _variants(book)
    for target in there.targets:
        if target not in variants:
            yield _orphan(f"scalable target {target}")
    for alarm in there.alarms:
        yield from _orphaned_alarm(alarm, variants)
    for board in there.dashboards:
        if not any(board.startswith(f"slipway-{name}_") for name in serving):
            yield _orphan(f"dashboard {board}")
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
        yield _orphan(f"alarm {alarm}")


def _orphaned_schedules(book: Book, there: Holdings) -> Iterator[Finding]:
    for schedule in there.schedules:
        endpoint, _, purpose = schedule.removeprefix("slipway-").rpartition(".")
        item = book.endpoints.get(endpoint)
        if item is None:
            continue  # The stack's own.
        # What has to be left for it to be needed; a judge's ends with its bake.
        needs = {"settle": "settling", "clean": "abandoned"}.get(purpose, "live")
        if not item.get(needs) or purpose.startswith("judge"):
            yield _orphan(f"schedule {schedule}")


def _orphaned_artifacts(book: Book, there: Holdings) -> Iterator[Finding]:
    referred = {
        str((release.get("inspection") or {}).get("accepted", ""))
        for release in book.releases
        if release.get("outcome") in {"succeeded", "running", "parked"}
    }
    for key in there.accepted:
        if not any(uri.endswith(key) for uri in referred):
            yield _orphan(f"artifact {key}")
