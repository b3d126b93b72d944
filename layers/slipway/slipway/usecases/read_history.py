"""Read what `slipway history` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slipway.domain.release import ReleaseRecord
    from slipway.ports import ReleaseBook

# From good to bad; a step is as good as its worst judgement.
_ORDER = ("PASS", "INCONCLUSIVE", "ERROR", "FAIL")


def read_history(ledger: ReleaseBook, endpoint: str) -> list[dict[str, Any]]:
    """Return an endpoint's releases with verdicts and commands, the newest first."""
    return [_release(record) for record in reversed(ledger.list_releases(endpoint))]


def _release(record: ReleaseRecord) -> dict[str, Any]:
    evidence = record.evidence
    tried = evidence.get("before_users")
    return {
        **record.summary(),
        "again": record.drop.origin,
        "before_users": _worst(tried.get("judgements", [])) if tried else None,
        "steps": [_step(each) for each in evidence.get("steps", [])],
        "condemned": dict(record.condemned) if record.condemned else None,
        "commands": [dict(each) for each in record.commands],
        "report": record.report,
    }


def _step(step: Mapping[str, Any]) -> dict[str, Any]:
    times = {name: step.get(name, "") for name in ("started", "ended")}
    return {"weight": step["weight"], **times, **_worst(step.get("judgements", []))}


def _worst(judgements: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    if not judgements:
        return {"verdict": "", "reason": ""}
    worst = max(judgements, key=lambda judgement: _ORDER.index(judgement["verdict"]))
    return {"verdict": str(worst["verdict"]), "reason": str(worst["reason"])}
