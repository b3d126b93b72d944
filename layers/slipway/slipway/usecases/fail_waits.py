"""Let a condemned release go back at once, whatever it waits for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Protocol

from slipway.ports import TokenBook

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.release import ReleaseRecord
    from slipway.ports import Failer


class WaitBook(TokenBook, Protocol):
    """The part of the ledger that waits for SageMaker are in."""


def fail_waits(release: ReleaseRecord, *, ledger: WaitBook, failer: Failer) -> None:
    """Fail the bake, the wait for a person, and the wait for weights to move.

    SageMaker may tell nobody that weights have moved, and until then users would go on meeting the
    version. The other waits for SageMaker end with an event of the endpoint; before them nobody
    meets it.

    Parameters
    ----------
    release : ReleaseRecord
        What stood when the sentence was written: it holds the tokens that were stored before.
    """
    condemned = release.condemned or {}
    cause = cause_of(condemned)
    tokens = [str(wait["token"]) for wait in (release.bake, release.gate) if wait]
    if _shifts(release):
        tokens.append(ledger.take_token(release.endpoint))
    for token in filter(None, tokens):
        failer.fail(token, condemned["error"], cause)


def cause_of(condemned: Mapping[str, Any]) -> str:
    """Return a sentence as the Cause of a failed state."""
    cause = {"errorMessage": condemned["reason"], "evidence": condemned.get("evidence", {})}
    return json.dumps(cause)


def _shifts(release: ReleaseRecord) -> bool:
    steps = release.evidence.get("steps", [])
    return bool(steps) and "started" not in steps[-1]
