"""How a release ended, in a word and in a sentence."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from slipway.domain.release import FINAL, words_of_failure
from slipway.errors import CapacityRefused, SilentRollback
from slipway.usecases.pending_cleanup import users_are_back

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.release import ReleaseRecord

# Nobody found anything wrong with the version: it could not be released.
_NOT_ITS_FAULT = {SilentRollback.__name__, CapacityRefused.__name__}

Ending = Literal["succeeded", "failed", "abandoned"]


@dataclass(frozen=True, slots=True)
class End:
    """How the workflow came to its end.

    Parameters
    ----------
    failure : mapping
        Error and Cause of the state that failed.
    cleaned : mapping
        What the compensation says: `verdict`, `restored`, `left`.
    """

    ending: Ending
    failure: Mapping[str, Any] = field(default_factory=dict)
    cleaned: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recorded:
    """The outcome in words, and the execution that goes on."""

    outcome: str
    reason: str
    handed_to: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return plain values for the workflow."""
        return asdict(self)


def decide(end: End, release: ReleaseRecord) -> Recorded:
    """Return the outcome, without what is left; a clean-up that is tried again changes none."""
    if release.cleanup and release.outcome in FINAL:
        return Recorded(release.outcome, str(release.cleanup["reason"]))
    return _judge(end, release)


def _judge(end: End, release: ReleaseRecord) -> Recorded:
    version, endpoint = release.drop.version, release.endpoint
    if end.ending == "succeeded":
        words = f"Version {version} serves on endpoint {endpoint}"
        return Recorded("succeeded", words + _untested(release) + _undecided(release))
    if end.ending == "abandoned":
        words = f"The execution that released version {version} ended before it was finished"
        return Recorded("failed", words)
    reason = words_of_failure(end.failure)
    if end.failure.get("Error") in _NOT_ITS_FAULT:
        words = f"Release of version {version} failed on {endpoint}: {reason}"
        return Recorded("failed", words)
    if end.cleaned.get("restored") or users_are_back(release):
        words = f"Version {version} did not hold on {endpoint}, which serves the old one: {reason}"
        return Recorded("rolled-back", words)
    return Recorded("failed", reason)


def _untested(release: ReleaseRecord) -> str:
    tested = release.evidence.get("smoke", {}).get("requests", 0)
    if not tested:
        return "; untested: no smoke.jsonl beside it"
    return f"; {tested} golden requests passed"


def _undecided(release: ReleaseRecord) -> str:
    """Say at which weights nobody could tell whether the version is good."""
    undecided = [
        f"{step['weight']} %"
        for step in release.evidence.get("steps", [])
        if any(each["verdict"] != "PASS" for each in step.get("judgements", []))
    ]
    if not undecided:
        return ""
    return f"; undecided at {', '.join(undecided)}, and promoted as release.inconclusive says"
