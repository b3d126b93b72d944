"""Ask the new version the questions that came with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.naming import ModelDrop, synthetic_id
from slipway.domain.planning import ReleasePlan
from slipway.domain.smoke import SmokeRequest, difference, parse_smoke
from slipway.errors import SmokeTestFailed

if TYPE_CHECKING:
    from slipway.ports import Invoker, ReleaseBook, TextStore
    from slipway.usecases.reference import ReleaseRef

FILE = "smoke.jsonl"


def smoke_test(
    ref: ReleaseRef, *, ledger: ReleaseBook, store: TextStore, invoker: Invoker
) -> dict[str, Any]:
    """Send every golden request to the planned variant and compare the answers.

    Without a smoke.jsonl the version is recorded as untested.

    Raises
    ------
    SmokeTestFailed
        At the first answer that is an error or differs.
    """
    release = ledger.read_release(ref.endpoint, ref.release)
    found = store.read_text(ModelDrop(ref.endpoint, release.drop.version).beside(FILE))
    variant = ReleasePlan.from_dict(release.plan).names.variant
    requests = parse_smoke(found.content) if found else []
    for number, request in enumerate(requests, start=1):
        _ask(number, request, ref, variant, invoker)
    smoke = {"requests": len(requests), "tested": bool(requests)}
    evidence = {**release.evidence, "smoke": smoke}
    ledger.note_release(ref.endpoint, ref.release, {"evidence": evidence})
    return smoke


def _ask(
    number: int, request: SmokeRequest, ref: ReleaseRef, variant: str, invoker: Invoker
) -> None:
    answer = invoker.ask(
        ref.endpoint,
        variant,
        body=request.body,
        content_type=request.content_type,
        accept=request.accept,
        inference_id=synthetic_id("smoke", ref.release, number),
    )
    problem = difference(request, answer.body)
    if problem:
        raise SmokeTestFailed(f"Line {number} of {FILE}: {problem}")
