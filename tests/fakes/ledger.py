"""The ledger in memory."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any

from slipway.domain.drift.record import DriftRecord
from slipway.domain.lease import EndpointRecord
from slipway.domain.release import Drop, ReleaseRecord, Sentence
from slipway.domain.settings_record import SettingsRecord
from slipway.errors import LedgerConflict, ReleaseUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from slipway.domain.journal import JournalEntry

DropKey = tuple[str, str, str]


class FakeLedger:
    """Implements every part of the ledger."""

    def __init__(self) -> None:
        self.drops: dict[DropKey, dict[str, str]] = {}
        self.endpoints: dict[str, EndpointRecord] = {}
        self.releases: dict[tuple[str, str], ReleaseRecord] = {}
        self.tokens: dict[str, dict[str, Any]] = {}
        self.references: set[tuple[str, str, str]] = set()
        self.settings: dict[tuple[str, str], dict[str, str]] = {}
        self.drift: dict[str, DriftRecord] = {}
        self.turns: dict[str, datetime] = {}
        self.journal: dict[tuple[str, str, str], JournalEntry] = {}

    def claim_drop(self, drop: Drop, owner: str, previous: str = "") -> str:
        key = _key(drop)
        found = self.drops.get(key)
        if found is None or found["owner"] in {owner, previous or owner}:
            self.drops[key] = {"owner": owner}
        return self.drops[key]["owner"]

    def owner_of(self, drop: Drop) -> str:
        return str(self.drops.get(_key(drop), {}).get("owner", ""))

    def close_drop(self, drop: Drop, outcome: str, reason: str) -> None:
        self.drops.setdefault(_key(drop), {}).update(outcome=outcome, reason=reason)

    def claim_settings(self, place: str, version: str, owner: str, facts: Mapping[str, str]) -> str:
        return self.settings.setdefault((place, version), {"owner": owner, **facts})["owner"]

    def close_settings(self, place: str, version: str, outcome: str, reason: str) -> None:
        self.settings[place, version].update(outcome=outcome, reason=reason)

    def list_settings(self, place: str) -> Sequence[SettingsRecord]:
        found = [
            SettingsRecord(version=version, **values)
            for (where, version), values in self.settings.items()
            if where == place
        ]
        return sorted(found, key=lambda record: record.at)

    def keep(self, entry: JournalEntry) -> None:
        self.journal.setdefault((entry.endpoint, entry.at, entry.id), entry)

    def list_journals(self) -> Sequence[str]:
        return sorted({endpoint for endpoint, _, _ in self.journal})

    def list_entries(self, endpoint: str, since: str = "") -> Sequence[JournalEntry]:
        keys = sorted(key for key in self.journal if key[0] == endpoint and key[1] >= since)
        return [self.journal[key] for key in keys]

    def read_endpoint(self, name: str) -> EndpointRecord:
        return self.endpoints.get(name, EndpointRecord(name))

    def write_endpoint(self, record: EndpointRecord) -> None:
        if self.read_endpoint(record.name).revision != record.revision:
            raise LedgerConflict(record.name)
        self.endpoints[record.name] = replace(record, revision=record.revision + 1)

    def take_turn(self, queue: str, now: datetime, every: timedelta) -> datetime:
        turn = max(self.turns.get(queue, now), now)
        self.turns[queue] = turn + every
        return turn

    def read_drift(self, endpoint: str) -> DriftRecord:
        return self.drift.get(endpoint, DriftRecord(endpoint))

    def write_drift(self, record: DriftRecord) -> None:
        if self.read_drift(record.endpoint).revision != record.revision:
            raise LedgerConflict(record.endpoint)
        self.drift[record.endpoint] = replace(record, revision=record.revision + 1)

    def list_endpoints(self) -> Sequence[EndpointRecord]:
        return [self.endpoints[name] for name in sorted(self.endpoints)]

    def open_release(self, record: ReleaseRecord) -> None:
        key = (record.endpoint, record.release)
        found = self.releases.get(key)
        if found:
            record = replace(
                found,
                outcome=record.outcome,
                reason=record.reason,
                execution=record.execution,
                attempt=record.attempt,
                ended="",
            )
        self.releases[key] = record

    def read_release(self, endpoint: str, release: str) -> ReleaseRecord:
        if (endpoint, release) not in self.releases:
            raise ReleaseUnknown(f"{endpoint} {release}")
        return self.releases[endpoint, release]

    def note_release(self, endpoint: str, release: str, facts: Mapping[str, Any]) -> None:
        unknown = set(facts) - {field.name for field in fields(ReleaseRecord)}
        if unknown:
            raise TypeError(unknown)
        record = self.read_release(endpoint, release)
        self.releases[endpoint, release] = replace(record, **facts)

    def forget_release(self, endpoint: str, release: str) -> None:
        self.releases.pop((endpoint, release), None)

    def list_releases(self, endpoint: str) -> Sequence[ReleaseRecord]:
        found = [record for (name, _), record in self.releases.items() if name == endpoint]
        return sorted(found, key=lambda record: (record.started, record.drop.last_modified))

    def condemn(self, endpoint: str, release: str, sentence: Sentence) -> ReleaseRecord:
        record = self.read_release(endpoint, release)
        if record.condemned is None and record.outcome == "running":
            self.note_release(endpoint, release, {"condemned": sentence.as_dict()})
        return self.read_release(endpoint, release)

    def conclude(self, endpoint: str, release: str, facts: Mapping[str, Any]) -> bool:
        record = self.releases.get((endpoint, release))
        if record is None or record.condemned is not None:
            return False
        self.note_release(endpoint, release, facts)
        return True

    def arm_bake(self, endpoint: str, release: str, bake: Mapping[str, Any]) -> bool:
        return self.conclude(endpoint, release, {"bake": bake})

    def end_bake(self, endpoint: str, release: str, token: str) -> None:
        if (self.read_release(endpoint, release).bake or {}).get("token") == token:
            self.note_release(endpoint, release, {"bake": None})

    def open_gate(self, endpoint: str, release: str, gate: Mapping[str, Any]) -> bool:
        return self.conclude(endpoint, release, {"gate": gate})

    def close_gate(self, endpoint: str, release: str, token: str) -> None:
        if (self.read_release(endpoint, release).gate or {}).get("token") == token:
            self.note_release(endpoint, release, {"gate": None})

    def record_command(self, endpoint: str, release: str, entry: Mapping[str, Any]) -> None:
        commands = (*self.read_release(endpoint, release).commands, entry)
        self.note_release(endpoint, release, {"commands": commands})

    def refer(self, uri: str, endpoint: str, release: str) -> None:
        self.references.add((uri, endpoint, release))

    def let_go(self, uri: str, endpoint: str, release: str) -> None:
        self.references.discard((uri, endpoint, release))

    def is_referred(self, uri: str) -> bool:
        return any(uri == needed for needed, _, _ in self.references)

    def store_token(self, endpoint: str, release: str, token: str, expires: int) -> None:
        self.tokens[endpoint] = {"token": token, "release": release, "armed": False}

    def arm_token(self, endpoint: str, token: str) -> None:
        if self.tokens.get(endpoint, {}).get("token") == token:
            self.tokens[endpoint]["armed"] = True

    def take_token(self, endpoint: str) -> str:
        if not self.tokens.get(endpoint, {}).get("armed"):
            return ""
        return str(self.tokens.pop(endpoint)["token"])

    def drop_token(self, endpoint: str, release: str) -> None:
        if self.tokens.get(endpoint, {}).get("release") == release:
            del self.tokens[endpoint]


def _key(drop: Drop) -> DropKey:
    return drop.bucket, drop.key, drop.version_id
