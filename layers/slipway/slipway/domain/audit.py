"""Rows of an audit: who did what, when and why, by what the ledger keeps."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from slipway.domain.journal import SLIPWAY
from slipway.domain.release import COMMANDED

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from slipway.domain.journal import JournalEntry
    from slipway.domain.release import ReleaseRecord
    from slipway.domain.settings_record import SettingsRecord


@dataclass(frozen=True, slots=True)
class AuditRow:
    """Something that happened.

    Parameters
    ----------
    at : str
        When, ISO 8601 in UTC.
    by : str
        Who: a person as the command or the upload says, an account as S3 says, an alarm, the
        judge, or ``slipway``.
    by_claimed : bool
        Whether `by` is only what the sender says: whoever may send can name another one.
    outcome : str
        What came of it; empty where it has no end of its own.
    details : mapping
        What else is known: digests, verdicts, numbers; of what was sent S3's request id, or the
        event's id and account, by which CloudTrail names the identity.
    """

    at: str
    endpoint: str
    event: str
    by: str
    reason: str
    release: str = ""
    version: str = ""
    outcome: str = ""
    execution: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    by_claimed: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)


def rows_of_release(release: ReleaseRecord) -> Iterator[AuditRow]:
    """Give what a release's own item tells."""
    yield _row(release, _begin(release))
    for judged in _judged(release):
        yield _row(release, judged)
    for command in release.commands:
        yield _row(release, _commanded(command))
    if release.condemned:
        yield _row(release, _condemned(release.condemned))
    if release.ended:
        yield _row(release, _ended(release))


def _row(release: ReleaseRecord, values: dict[str, Any]) -> AuditRow:
    common = {"endpoint": release.endpoint, "release": release.release, "by": SLIPWAY}
    version, execution = release.drop.version, release.execution
    return AuditRow(**{**common, "version": version, "execution": execution, **values})


_OF_DROP = (
    *("bucket", "key", "version_id", "last_modified", "sender", "request"),
    *("origin", "instance_type"),
)


def _begin(release: ReleaseRecord) -> dict[str, Any]:
    drop = release.drop
    found = {name: getattr(drop, name) for name in _OF_DROP if getattr(drop, name)}
    again = f"Release {drop.origin} is released again"
    return {
        "at": release.started,
        "event": "Release Began",
        "by": drop.by or SLIPWAY,
        # What S3 says itself, nobody has to claim.
        "by_claimed": drop.by not in {"", drop.sender},
        "reason": again if drop.origin else f"s3://{drop.bucket}/{drop.key} arrived",
        "details": {**found, **_inspected(release), "settings": release.spec_version},
    }


def _inspected(release: ReleaseRecord) -> dict[str, Any]:
    names = ("sha256", "framework", "layout", "accepted", "warnings")
    return {name: release.inspection[name] for name in names if name in release.inspection}


def _judged(release: ReleaseRecord) -> Iterator[dict[str, Any]]:
    """Give each judgement of each step: what let it go on, or not."""
    steps = release.evidence.get("steps", [])
    before = release.evidence.get("before_users") or {}
    # It is not written when: the first step follows, or the end.
    tried = str(steps[0].get("asked", "")) if steps else release.ended
    for each in before.get("judgements", []):
        yield _judgement(each, "before users", tried or release.started)
    for step in steps:
        moment = step.get("ended") or step.get("started") or release.started
        for each in step.get("judgements", []):
            yield _judgement(each, f"{step['weight']} % of the traffic", str(moment))


def _judgement(judgement: Mapping[str, Any], what: str, at: str) -> dict[str, Any]:
    return {
        "at": at,
        "event": f"Judged: {what}",
        "reason": str(judgement.get("reason", "")),
        "outcome": str(judgement.get("verdict", "")),
        "details": {"metric": judgement.get("metric", "")},
    }


def _commanded(command: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "at": str(command.get("at", "")),
        "event": f"Command: {command.get('command', '')}",
        "by": str(command.get("by", "")),
        "by_claimed": True,
        "reason": str(command.get("reason", "")),
        "outcome": str(command.get("answer", "")),
        "details": {"event": command.get("id", ""), "account": command.get("account", "")},
    }


def _condemned(sentence: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "at": str(sentence["at"]),
        "event": "Condemned",
        "by": str(sentence["by"]),
        "by_claimed": sentence.get("error") == COMMANDED,
        "reason": str(sentence["reason"]),
    }


def _ended(release: ReleaseRecord) -> dict[str, Any]:
    return {
        "at": release.ended,
        "event": "Release Ended",
        "reason": release.reason,
        "outcome": release.outcome,
        "details": {"report": release.report} if release.report else {},
    }


def row_of_settings(endpoint: str, record: SettingsRecord) -> AuditRow:
    """Return what became of a version of an endpoint.yaml."""
    return AuditRow(
        at=record.at,
        endpoint=endpoint,
        event="Settings Arrived",
        by=record.by or SLIPWAY,
        reason=record.reason or "Not yet applied",
        outcome=record.outcome,
        execution=record.owner,
        details={"settings": record.version, "request": record.request},
    )


def row_of_entry(entry: JournalEntry) -> AuditRow:
    """Return what was told."""
    return AuditRow(
        at=entry.at,
        endpoint=entry.endpoint,
        event=entry.kind,
        by=entry.by,
        by_claimed=entry.claimed,
        reason=entry.reason,
        release=entry.release,
        version=str(entry.facts.get("model_version", "")),
        execution=entry.execution,
        details={**entry.facts, "event": entry.id} if entry.claimed else entry.facts,
    )
