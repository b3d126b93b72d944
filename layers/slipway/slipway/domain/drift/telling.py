"""What people and pipelines are told about an episode: its words, and a suggestion to retrain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from slipway.domain.drift.episode import News

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slipway.domain.drift.episode import Episode, Turn
    from slipway.domain.drift.verdict import DriftVerdict, Finding

# An event may hold 256 KiB; nobody reads more than these either.
MOST_FEATURES = 50
_MOST_NAMES = 5


def summary(turn: Turn, verdict: DriftVerdict) -> str:
    """Return what happened in a sentence or two; empty if there is nothing to tell."""
    episode = turn.about
    if episode is None or turn.news is News.NOTHING:
        return ""
    if turn.news is News.OVER:
        return (
            f"The drift of {_named(episode.features)} since {episode.began} is over: nothing was "
            f"near its limit in {episode.calm} looks in a row."
        )
    again = f"The drift since {episode.began} has worsened: "
    return (again if turn.news is News.WORSENED else "") + verdict.reason


def replaced_summary(episode: Episode, version: str, successor: str) -> str:
    """Return that an episode is over because another model serves."""
    return (
        f"The drift of {_named(episode.features)} since {episode.began} is over: version {version} "
        f"was replaced by version {successor}."
    )


def _named(features: tuple[str, ...]) -> str:
    named = ", ".join(features[:_MOST_NAMES])
    more = len(features) - _MOST_NAMES
    return f"{named} and {more} more" if more > 0 else named


def drift_detail(episode: Episode, verdict: DriftVerdict) -> dict[str, Any]:
    """Return what `Model Drift Detected` says about an episode, beside endpoint and release."""
    return {
        "episode": episode.id,
        "severity": str(verdict.severity),
        "window": {"from": episode.began, "to": episode.last},
        "rows": verdict.rows,
        "features": [feature_detail(each) for each in worst_of_each(verdict)[:MOST_FEATURES]],
        "drifted_features": len(verdict.features),
    }


def over_detail(episode: Episode) -> dict[str, Any]:
    """Return what `Model Drift Over` says."""
    return {
        "episode": episode.id,
        "severity": str(episode.severity),
        "window": {"from": episode.began, "to": episode.last},
        "features": list(episode.features[:MOST_FEATURES]),
    }


def suggestion(episode: Episode, verdict: DriftVerdict, data: Mapping[str, str]) -> dict[str, Any]:
    """Return what `Retraining Suggested` says: everything that a training pipeline needs.

    Parameters
    ----------
    data
        S3 URIs by what lies there: `captured` (the folder of the captures), `baseline`, and where
        it was learnt `baseline_statistics` and `baseline_constraints`, `statistics`, `violations`,
        `ground_truth`; without those that do not exist.
    """
    return drift_detail(episode, verdict) | {"data": dict(data)}


def feature_detail(finding: Finding) -> dict[str, Any]:
    """Return a finding as events hold it."""
    return {
        "name": finding.feature,
        "side": finding.side,
        "test": finding.test,
        "distance": rounded(finding.distance),
        "threshold": finding.threshold,
        "severity": str(finding.severity),
        "reason": finding.reason,
    }


def worst_of_each(verdict: DriftVerdict) -> list[Finding]:
    """Return the worst violation of each feature, the worst first."""
    first: dict[tuple[str, str], Finding] = {}
    for finding in verdict.violations:
        first.setdefault((finding.side, finding.feature), finding)
    return list(first.values())


def rounded(number: float) -> float:
    """Return a number with as many digits as anybody reads."""
    return float(f"{number:.6g}")
