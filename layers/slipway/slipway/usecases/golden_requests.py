"""The golden requests beside a model, at the version that a release is bound to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.naming import ModelDrop
from slipway.domain.smoke import SmokeRequest, parse_smoke
from slipway.errors import SmokeTestGone

if TYPE_CHECKING:
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import TextStore

FILE = "smoke.jsonl"
# In place of a version id, where the version had no smoke.jsonl when the release looked.
NO_SMOKE = "none"


def smoke_key(release: ReleaseRecord) -> str:
    """Return where they lie; a kept release that is released again lies elsewhere than they do."""
    return ModelDrop(release.endpoint, release.drop.version).beside(FILE)


def pin_smoke(release: ReleaseRecord, store: TextStore) -> dict[str, Any]:
    """Return what to bind the release to: the file's `version_id`, and how many `requests`.

    Raises
    ------
    SmokeTestInvalid
        Naming the line: nobody should wait for an endpoint to learn of it.
    """
    found = store.read_text(smoke_key(release))
    if found is None:
        return {"version_id": NO_SMOKE, "requests": 0}
    return {"version_id": found.version_id, "requests": len(parse_smoke(found.content))}


def golden_requests(release: ReleaseRecord, store: TextStore) -> list[SmokeRequest]:
    """Return the requests that were there when the release was inspected, whatever came since.

    Raises
    ------
    SmokeTestGone
        If the version that the release is bound to was deleted.
    """
    pinned = release.inspection.get("smoke") or {}
    version_id = pinned.get("version_id", NO_SMOKE)
    if version_id == NO_SMOKE:
        return []
    found = store.read_text(smoke_key(release), version_id)
    if found is not None:
        return parse_smoke(found.content)
    if release.drop.origin:
        # It served before, and what was replaced is forgotten with time: no reason not to go back.
        return []
    raise SmokeTestGone(
        f"{smoke_key(release)} in version {version_id}, which the release is bound to, no longer "
        "exists: drop the model again"
    )
