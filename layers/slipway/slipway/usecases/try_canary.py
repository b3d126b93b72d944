"""Ask the canary what came with it and what users asked before, ahead of any user."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from slipway.domain.judge import Verdict, worst
from slipway.domain.naming import synthetic_id
from slipway.domain.replay import Replayed, SmokeResult, Tolerances, judge_before_users
from slipway.domain.smoke import SmokeRequest, difference
from slipway.errors import CanaryRefused, SmokeTestFailed
from slipway.ports import Answer, Captures, Clock, Condemnation, Invoker, ReleaseBook, TextStore
from slipway.usecases.golden_requests import golden_requests
from slipway.usecases.rollout import Rollout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slipway.domain.judge import Judgement
    from slipway.domain.replay import CapturedRequest
    from slipway.usecases.reference import ReleaseRef

# A function may run for so long, and one answer of SageMaker's takes a minute at most.
LONGEST_REPLAY = timedelta(seconds=200)
# So many requests are also sent to what serves: enough for a median, little load.
TIMED = 40


class TryingBook(ReleaseBook, Condemnation, Protocol):
    """The parts of the ledger that a try touches."""


def try_canary(  # noqa: PLR0913 - the ports
    ref: ReleaseRef,
    *,
    ledger: TryingBook,
    store: TextStore,
    captures: Captures,
    invoker: Invoker,
    clock: Clock,
) -> dict[str, Any]:
    """Send golden and captured requests to the canary, and judge its answers.

    Raises
    ------
    CanaryRefused
        If users would be worse off; none has met the version yet.
    SmokeTestGone
        If the golden requests that the release is bound to were deleted.
    """
    rollout = Rollout.read(ref, ledger)
    rollout.require_uncondemned()
    began = clock.now()
    trial = _Trial(ref, rollout, invoker, clock)
    smoke = trial.smoke(store)
    count = int(rollout.release.policy.get("replay", 0))
    recorded = captures.latest(ref.endpoint, rollout.baseline, count) if count else []
    replayed = trial.replay(recorded)
    judgements = judge_before_users(smoke, replayed, _tolerances(rollout), recorded=recorded)
    asked = {"started": began.isoformat(), "ended": clock.now().isoformat()}
    tried = {**asked, "golden": len(smoke), "replayed": len(replayed)}
    _note(rollout, judgements, tried, ledger)
    decisive = worst(judgements)
    if decisive.verdict in {Verdict.FAIL, Verdict.ERROR}:
        raise CanaryRefused(decisive.reason)
    return {"verdict": str(decisive.verdict), "reason": decisive.reason}


class _Trial:
    def __init__(self, ref: ReleaseRef, rollout: Rollout, invoker: Invoker, clock: Clock) -> None:
        self.ref = ref
        self.rollout = rollout
        self.invoker = invoker
        self.clock = clock

    def smoke(self, store: TextStore) -> list[SmokeResult]:
        requests = golden_requests(self.rollout.release, store)
        return [self._golden(number, each) for number, each in enumerate(requests, start=1)]

    def _golden(self, number: int, request: SmokeRequest) -> SmokeResult:
        try:
            answer = self.invoker.ask(
                self.ref.endpoint,
                self.rollout.canary,
                body=request.body,
                content_type=request.content_type,
                accept=request.accept,
                inference_id=synthetic_id("smoke", self.ref.release, number),
            )
        except SmokeTestFailed as error:
            return SmokeResult(number, str(error), error.answer)
        return SmokeResult(number, difference(request, answer.body))

    def replay(self, recorded: Sequence[CapturedRequest]) -> list[Replayed]:
        end, replayed = self.clock.now() + LONGEST_REPLAY, []
        for number, request in enumerate(recorded):
            if self.clock.now() > end:
                break
            replayed.append(self._again(number, request))
        return replayed

    def _again(self, number: int, request: CapturedRequest) -> Replayed:
        theirs = self._timed(number, request) if number < TIMED else None
        try:
            answer = self._ask(self.rollout.canary, number, request)
        except SmokeTestFailed as error:
            return Replayed(request, error=_kind(error), baseline_ms=theirs)
        return Replayed(request, answer.body, answer.content_type, ms=answer.ms, baseline_ms=theirs)

    def _timed(self, number: int, request: CapturedRequest) -> float | None:
        """Return how long what serves takes now; what fails there as well says nothing."""
        try:
            return self._ask(self.rollout.baseline, number, request).ms
        except SmokeTestFailed:
            return None

    def _ask(self, variant: str, number: int, request: CapturedRequest) -> Answer:
        return self.invoker.ask(
            self.ref.endpoint,
            variant,
            body=request.body,
            content_type=request.content_type,
            accept=request.accept,
            inference_id=synthetic_id("replay", self.ref.release, number),
        )


def _kind(error: SmokeTestFailed) -> str:
    """Say how a user's request failed, and not with which words: models quote what they are asked.

    The whole answer is in the container's log.
    """
    status = f" (HTTP {error.status})" if error.status else ""
    return f"answered with an error{status}"


def _tolerances(rollout: Rollout) -> Tolerances:
    given = rollout.release.policy.get("tolerance", {})
    names = {"errors": "errors", "answers": "answers", "slower": "latency"}
    return Tolerances(**{ours: given[its] for ours, its in names.items() if its in given})


def _note(
    rollout: Rollout,
    judgements: Sequence[Judgement],
    tried: dict[str, Any],
    ledger: ReleaseBook,
) -> None:
    release = rollout.release
    found = {**tried, "judgements": [each.as_dict() for each in judgements]}
    smoke = {"requests": tried["golden"], "tested": bool(tried["golden"])}
    evidence = {**release.evidence, "smoke": smoke, "before_users": found}
    ledger.note_release(release.endpoint, release.release, {"evidence": evidence})
