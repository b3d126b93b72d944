"""What carries Slipway's tag and the ledger knows nothing about: a restored ledger, a lost item."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING

from slipway.domain.selfcheck.facts import Finding
from slipway.domain.selfcheck.orphans import kept_texts, old

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from slipway.domain.selfcheck.facts import Account, Book, Listed, Thing

# How the names end of what releases make. Whether somebody else's do so as well, tags tell.
_OF_A_RELEASE = re.compile(r"-([0-9a-f]{12})$")


def unknown(book: Book, account: Account, now: datetime) -> Iterator[tuple[Thing, Listed]]:
    """Give endpoints that the ledger has no item of, and parts of releases that it does not know.

    Whether they are Slipway's, their tags tell; see :func:`strangers`.
    """
    known = book.endpoints.keys() | book.new
    for each in old(account.listed, now):
        if each.name not in known:
            yield "endpoint", each
    releases = {release.drop.digest for release in book.all_releases()}
    kept = set(kept_texts(book))
    parts: Iterator[tuple[Thing, Listed]] = chain(
        (("config", each) for each in old(account.configs, now)),
        (("model", each) for each in old(account.models, now)),
    )
    for thing, each in parts:
        made = _OF_A_RELEASE.search(each.name)
        if made and made[1] not in releases and each.name not in kept:
            yield thing, each


def strangers(
    found: list[tuple[Thing, Listed]], tagged: Mapping[str, str], book: Book
) -> Iterator[Finding]:
    """Give those of them that releases made.

    Parameters
    ----------
    tagged : mapping
        By ARN: the endpoint that the tag names; empty without one.
    """
    for thing, each in found:
        endpoint = tagged.get(each.arn, "")
        if not endpoint or (thing != "endpoint" and endpoint in book.new):
            continue
        says = "the ledger does not know it: it serves, and costs, and nobody looks after it"
        if thing != "endpoint":
            says = "the ledger knows no release that made it"
        words = f"{each.name} carries Slipway's tag for {endpoint}, and {says}"
        yield Finding("orphan", thing, endpoint, each.name, words)
