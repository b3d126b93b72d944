"""Judges a new version before any user reaches it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from slipway.domain.judge import Judgement, Verdict
from slipway.domain.replay.chance import at_least
from slipway.domain.replay.comparing import Agreement, compare
from slipway.domain.replay.form import Form
from slipway.domain.replay.outcomes import SLOWER, Replayed, SmokeResult, Tolerances
from slipway.domain.shortening import shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from slipway.domain.replay.captures import CapturedRequest

# A good version is refused for chance errors with at most this probability.
ALPHA = 0.01
# A form is right or wrong for nearly all requests at once; some requests may be odd.
OTHER_FORM_LIMIT = 0.2
# Another model finds other values, and now and then extreme ones; if most are far from all that
# was ever answered, it speaks of something else: another unit, a logit for a probability.
FAR_AWAY_LIMIT = 0.5
# A model that needs so many milliseconds more is not worth a rollback, however fast the other is.
SLOWER_MS = 5.0
FEWEST_TIMED = 10
_SHOWN = 3
_LONGEST_EXAMPLE = 1000


DEFAULTS = Tolerances()


def judge_before_users(
    smoke: Sequence[SmokeResult],
    replayed: Sequence[Replayed],
    tolerances: Tolerances = DEFAULTS,
    *,
    recorded: Sequence[CapturedRequest] = (),
) -> list[Judgement]:
    """Judge golden requests and the replay; `worst` of it decides.

    FAIL refuses the version. INCONCLUSIVE does not: nothing was dropped to test with or nothing
    captured yet, and the bakes are to come.

    Parameters
    ----------
    recorded : sequence of CapturedRequest, optional
        More answers to learn their form from than those that were replayed.
    """
    judgements = [judge_smoke(smoke)]
    if not replayed:
        nothing = "No captured request to replay: the first users are the first test."
        return [*judgements, Judgement("replay-errors", Verdict.INCONCLUSIVE, nothing)]
    form = Form.learn(recorded or [each.request for each in replayed])
    found = [_agreement(each, form) for each in replayed if not each.error]
    return [
        *judgements,
        _judge_errors(replayed, found, tolerances.errors),
        _judge_answers(found, tolerances.answers),
        _judge_latency(replayed, max(tolerances.slower, SLOWER)),
    ]


def judge_smoke(results: Sequence[SmokeResult]) -> Judgement:
    """Judge the golden requests: each has to be answered as its author says."""
    wrong = [each for each in results if each.problem]
    numbers = {
        "requests": len(results),
        "failed": len(wrong),
        "examples": _examples(each.raw or each.problem for each in wrong),
    }
    if not results:
        reason = "Untested: no smoke.jsonl beside the model."
        return Judgement("smoke-test", Verdict.INCONCLUSIVE, reason, numbers)
    if wrong:
        first = f"line {wrong[0].number} of smoke.jsonl: {wrong[0].problem}"
        reason = f"{len(wrong)} of {len(results)} golden requests failed; {first}"
        return Judgement("smoke-test", Verdict.FAIL, reason, numbers)
    passed = f"All {len(results)} golden requests were answered as expected."
    return Judgement("smoke-test", Verdict.PASS, passed, numbers)


def _agreement(each: Replayed, form: Form) -> Agreement:
    return compare(each.request, each.answer, each.content_type, form)


def _judge_errors(
    replayed: Sequence[Replayed], found: Sequence[Agreement], tolerance: float
) -> Judgement:
    errors = [each.error for each in replayed if each.error]
    unusable = found.count(Agreement.UNUSABLE)
    failed = len(errors) + unusable
    kinds = Counter(errors).most_common(_SHOWN)
    chance = at_least(failed, len(replayed), tolerance)
    numbers = {
        "requests": len(replayed),
        "errors": len(errors),
        "unusable": unusable,
        "chance": chance,
        "tolerance": tolerance,
        "kinds": [f"{count} {kind}" for kind, count in kinds],
    }
    told = f"{failed} of {len(replayed)} replayed requests failed"
    if failed and chance <= ALPHA:
        words = f": {kinds[0][0]}" if kinds else ": empty, unreadable or NaN"
        return Judgement("replay-errors", Verdict.FAIL, f"{told}{words}", numbers)
    return Judgement("replay-errors", Verdict.PASS, f"{told}.", numbers)


def _examples(answers: Iterable[str]) -> list[str]:
    """Return some of what was really answered: a page for browsers, a trace."""
    return [shorten(each, _LONGEST_EXAMPLE) for each in sorted(set(answers))[:_SHOWN]]


def _judge_answers(found: Sequence[Agreement], tolerance: float) -> Judgement:
    counts: Counter[Agreement] = Counter(found)
    del counts[Agreement.UNUSABLE]  # Judged as errors.
    total = counts.total()
    numbers = {"answers": total} | {str(kind): counts[kind] for kind in Agreement if counts[kind]}
    if not total:
        reason = "No answer to compare."
        return Judgement("replay-answers", Verdict.INCONCLUSIVE, reason, numbers)
    form, far = counts[Agreement.OTHER_FORM], counts[Agreement.FAR_AWAY]
    other = total - counts[Agreement.SAME]
    if form > OTHER_FORM_LIMIT * total:
        reason = f"{form} of {total} answers have another form than the recorded ones."
        return Judgement("replay-answers", Verdict.FAIL, reason, numbers)
    if far > FAR_AWAY_LIMIT * total:
        reason = f"{far} of {total} answers are far from everything that was answered before."
        return Judgement("replay-answers", Verdict.FAIL, reason, numbers)
    told = f"{other} of {total} answers differ from the recorded ones"
    if other > tolerance * total:
        reason = f"{told}, more than {tolerance:.0%}."
        return Judgement("replay-answers", Verdict.FAIL, reason, numbers)
    return Judgement("replay-answers", Verdict.PASS, f"{told}.", numbers)


def _judge_latency(replayed: Sequence[Replayed], slower: float) -> Judgement:
    from statistics import median

    pairs = [(each.ms, each.baseline_ms) for each in replayed if not each.error]
    timed = [(ours, theirs) for ours, theirs in pairs if ours is not None and theirs is not None]
    if len(timed) < FEWEST_TIMED:
        reason = f"Too few timed requests ({len(timed)}, {FEWEST_TIMED} wanted)."
        return Judgement("replay-latency", Verdict.INCONCLUSIVE, reason)
    ours, theirs = (median(side) for side in zip(*timed, strict=True))
    numbers = {"canary_ms": ours, "baseline_ms": theirs, "requests": len(timed)}
    told = f"{ours:.1f} ms against {theirs:.1f} ms in the median of {len(timed)} requests"
    if ours > slower * theirs and ours > theirs + SLOWER_MS:
        reason = f"More than {slower:g} times slower than what serves: {told}."
        return Judgement("replay-latency", Verdict.FAIL, reason, numbers)
    return Judgement("replay-latency", Verdict.PASS, f"Not much slower: {told}.", numbers)
