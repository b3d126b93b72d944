"""Whether what lies below accepted/ is what was inspected, and needed."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from slipway.domain.selfcheck.facts import GRACE, Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from slipway.domain.release import ReleaseRecord
    from slipway.domain.selfcheck.facts import Account, Book, StoredArtifact

# What was accepted later may have come after the account was read.
_SETTLED = timedelta(hours=1)


def changed_artifacts(book: Book, account: Account, now: datetime) -> Iterator[Finding]:
    """Give what serves, or can be gone back to, and is not the bytes that were inspected.

    SageMaker cannot pin a version of an object: each new instance loads what lies there.
    """
    there = {each.uri: each for each in account.artifacts}
    for release in book.all_releases():
        copy, uri = release.inspection.get("copy"), str(release.inspection.get("accepted", ""))
        if uri and copy and book.at_rest(release.endpoint) and _served(release, now):
            found = there.get(uri)
            if found is None or {**copy} != {"version_id": found.version_id, "etag": found.etag}:
                words = _words(release, uri, found)
                yield Finding("differs", "artifact", release.endpoint, uri, words)


def _served(release: ReleaseRecord, now: datetime) -> bool:
    if release.outcome != "succeeded" or not release.ended:
        return False
    return now - datetime.fromisoformat(release.ended) > _SETTLED


def _words(release: ReleaseRecord, uri: str, found: StoredArtifact | None) -> str:
    model = f"the model of version {release.drop.version} of {release.endpoint}"
    if found is None:
        return f"{uri}, {model}, is gone: new instances cannot load it; drop it again"
    return (
        f"{uri}, {model}, is not what was inspected: version {found.version_id} lies there since "
        f"{found.since.isoformat()}, and new instances load it; drop the model again"
    )


def needless_artifacts(book: Book, account: Account, now: datetime) -> Iterator[Finding]:
    """Give what was accepted and no release refers to."""
    if book.new:  # What they refer to is not known.
        return
    needed = {str(each.inspection.get("accepted", "")) for each in book.all_releases()}
    for each in account.artifacts:
        if each.uri not in needed and now - each.since > GRACE:
            words = f"{each.uri} was accepted, and no release refers to it any more"
            yield Finding("orphan", "artifact", "", each.uri, words)
