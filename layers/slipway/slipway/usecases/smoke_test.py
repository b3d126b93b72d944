"""Ask the new version the questions that came with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.naming import synthetic_id
from slipway.domain.plan import ReleasePlan
from slipway.domain.shortening import shorten
from slipway.domain.smoke import SmokeRequest, difference
from slipway.errors import SmokeTestFailed
from slipway.usecases.golden_requests import FILE, golden_requests

if TYPE_CHECKING:
    from slipway.domain.release import ReleaseRecord
    from slipway.ports import Invoker, ReleaseBook, TextStore
    from slipway.usecases.reference import ReleaseRef

LONGEST_ANSWER = 1000


def smoke_test(
    ref: ReleaseRef, *, ledger: ReleaseBook, store: TextStore, invoker: Invoker
) -> dict[str, Any]:
    """Send every golden request to the planned variant and compare the answers.

    Without a smoke.jsonl the version is recorded as untested.

    Raises
    ------
    SmokeTestFailed
        At the first answer that is an error or differs; what it was is noted.
    SmokeTestGone
        If the requests that the release is bound to were deleted.
    """
    release = ledger.read_release(ref.endpoint, ref.release)
    variant = ReleasePlan.from_dict(release.plan).names.variant
    requests = golden_requests(release, store)
    smoke: dict[str, Any] = {"requests": len(requests), "tested": bool(requests)}
    try:
        for number, request in enumerate(requests, start=1):
            _ask(number, request, ref, variant, invoker)
    except SmokeTestFailed as error:
        _note(release, {**smoke, "answer": shorten(error.answer, LONGEST_ANSWER)}, ledger)
        raise
    _note(release, smoke, ledger)
    return smoke


def _note(release: ReleaseRecord, smoke: dict[str, Any], ledger: ReleaseBook) -> None:
    evidence = {**release.evidence, "smoke": smoke}
    ledger.note_release(release.endpoint, release.release, {"evidence": evidence})


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
