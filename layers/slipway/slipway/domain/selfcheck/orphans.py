"""What releases made and the ledger has no owner for any more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from slipway.domain.naming import ALARM_PREFIX, schedule_name
from slipway.domain.release import FINAL
from slipway.domain.selfcheck.facts import GRACE, Finding, Thing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import ReleaseRecord
    from slipway.domain.selfcheck.facts import Account, Book, Listed

# What has to be left of an endpoint for a schedule of this purpose to be needed.
_NEEDS = {"settle": "settling", "clean": "abandoned"}


def orphans(book: Book, account: Account, now: datetime) -> Iterator[Finding]:
    """Give what nobody needs, of endpoints that nobody changes right now."""
    for name in sorted(account.endpoints):
        record = book.endpoints.get(name)
        if record and record.live is None and book.at_rest(name):
            words = f"Nothing is live on {name}, and it is {account.endpoints[name].status}"
            yield Finding("orphan", "endpoint", name, name, words)
    yield from _named(book, "config", old(account.configs, now))
    yield from _named(book, "model", old(account.models, now))
    yield from _of_variants(book, "alarm", old(account.alarms, now))
    yield from _of_variants(book, "target", account.targets)
    yield from _schedules(book, old(account.schedules, now))


def old(listed: Sequence[Listed], now: datetime) -> list[Listed]:
    """Return what is there for longer than any clean-up takes."""
    return [each for each in listed if now - each.since > GRACE]


def _named(book: Book, thing: Thing, listed: Sequence[Listed]) -> Iterator[Finding]:
    """Find what a release is in the name of, and no release needs."""
    kept = set(kept_texts(book))
    releases = {release.drop.digest: release for release in book.all_releases()}
    for each in listed:
        release = releases.get(each.name.rpartition("-")[2])
        if release and each.name not in kept and book.at_rest(release.endpoint):
            words = f"{each.name} was made by release {release.release}, which is over"
            yield Finding("orphan", thing, release.endpoint, each.name, words)


def kept_texts(book: Book) -> Iterator[str]:
    """Give every text in which a configuration or a model that is needed may be named."""
    for release in book.all_releases():
        if release.outcome == "succeeded" or _runs(release):
            yield from _texts(release.made)
        if _runs(release):
            yield from _texts(release.plan)
    for record in book.endpoints.values():
        for part in (record.live, record.settling, record.asleep):
            yield from _texts(part)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for each in value.values() for text in _texts(each))
    elif isinstance(value, list | tuple):
        yield from (text for each in value for text in _texts(each))
    elif hasattr(value, "__dataclass_fields__"):
        names = value.__dataclass_fields__
        yield from (text for name in names for text in _texts(getattr(value, name)))


def _of_variants(book: Book, thing: Thing, listed: Sequence[Listed]) -> Iterator[Finding]:
    """Find what watches or scales a variant that no endpoint has."""
    for each in listed:
        endpoint, variant = _watched(each.name)
        record = book.endpoints.get(endpoint)
        # What is for an endpoint that the ledger never knew is somebody else's.
        if record and variant and book.at_rest(endpoint) and variant not in _variants(record, book):
            words = f"{each.name} is for {variant}, which {endpoint} does not have any more"
            yield Finding("orphan", thing, endpoint, each.name, words)


def _watched(name: str) -> tuple[str, str]:
    """Return endpoint and variant of an alarm or of a scalable target; nothing for other names."""
    own = re.fullmatch(
        f"{ALARM_PREFIX}([^/]+)/([^/]+)/[^/]+|endpoint/([^/]+)/variant/([^/]+)", name
    )
    if own is None:
        return "", ""
    endpoint, variant = own.groups()[:2] if own[1] else own.groups()[2:]
    return str(endpoint), str(variant)


def _variants(record: EndpointRecord, book: Book) -> set[str]:
    found = {record.live.variant} if record.live else set()
    if record.settling:
        found.add(record.settling.previous.variant)
    return found | {_variant(each) for each in book.releases.get(record.name, ()) if _runs(each)}


def _runs(release: ReleaseRecord) -> bool:
    return release.outcome not in FINAL


def _variant(release: ReleaseRecord) -> str:
    return str(release.plan.get("names", {}).get("variant", ""))


def _schedules(book: Book, listed: Sequence[Listed]) -> Iterator[Finding]:
    for each in listed:
        purpose = each.name.rpartition(".")[2]
        if purpose == each.name:
            continue  # The stack's own.
        owner = next((e for e in book.endpoints if schedule_name(e, purpose) == each.name), "")
        if owner and book.at_rest(owner) and not _needed(book.endpoints[owner], purpose):
            words = f"{each.name} is there, and nothing of {owner} needs it any more"
            yield Finding("orphan", "schedule", owner, each.name, words)


def _needed(record: EndpointRecord, purpose: str) -> bool:
    # A judge's ends with its bake, and a bake is within a lease.
    return purpose != "judge" and bool(getattr(record, _NEEDS.get(purpose, "live")))
