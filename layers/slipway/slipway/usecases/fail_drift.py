"""A look at an endpoint's traffic failed: say so, but not each hour."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from slipway.domain.drift.record import FAILED
from slipway.domain.release import words_of_failure
from slipway.usecases.drift_trouble import is_due, trouble_news

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.ports import Announcer, Clock, DriftBook
    from slipway.usecases.drift_run import RunRef


def fail_drift(
    ref: RunRef,
    failure: Mapping[str, Any],
    *,
    ledger: DriftBook,
    announcer: Announcer,
    clock: Clock,
) -> dict[str, str]:
    """End the run without having counted anything; what it read is read by the next one.

    It is told before it is written, so that a repeated call loses no news.

    Parameters
    ----------
    ref : RunRef
        The run; its id is empty if there was none yet.
    failure : mapping
        Error and Cause of the state that failed.
    """
    record, moment = ledger.read_drift(ref.endpoint), clock.now()
    reason = f"The traffic of {ref.endpoint} could not be looked at: {words_of_failure(failure)}"
    run = record.run
    if run is not None and run.owner != ref.execution:
        return {"reason": reason}
    before = record.failing or {}
    told = str(before.get("told", ""))
    if is_due(told, moment):
        words = f"{reason}. The next look reads what this one would have read"
        announcer.announce(trouble_news(record, words, ref.execution))
        told = moment.isoformat()
    since = before.get("since") or moment.isoformat()
    times = int(before.get("times", 0)) + 1
    failing = {"since": since, "times": times, "told": told}
    ended = replace(record, failing=failing)
    if run is not None:
        entry = {"run": run.id, "at": moment.isoformat(), "verdict": FAILED, "reason": reason}
        ended = ended.ended({**entry, "ratios": {}})
    ledger.write_drift(ended)
    return {"reason": reason}
