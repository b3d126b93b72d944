"""Who did what, when and why: the journal of events, and the audit of all that the ledger keeps."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from slipway.domain.journal import JournalEntry
from slipway.domain.lease import EndpointRecord
from slipway.domain.release import COMMANDED, Sentence
from slipway.usecases.read_audit import read_audit
from tests.fakes.ledger import FakeLedger
from tests.fakes.make import BUCKET, drop, planned, record

if TYPE_CHECKING:
    from slipway.domain.audit import AuditRow

SAMPLES = Path(__file__).parents[3] / "events"
SAID = {"Command: abort", "Condemned", "Endpoint Asleep", "Release Command"}
COMMAND = {
    "id": "e-1",
    "account": "123456789012",
    "command": "abort",
    "by": "mira",
    "reason": "wrong data",
    "at": "2026-03-02T09:20:00+00:00",
    "answer": "Release goes back",
}
JUDGED = [{"metric": "errors", "verdict": "FAIL", "reason": "5 % failed", "evidence": {}}]
STEP = {
    "weight": 5,
    "asked": "2026-03-02T09:05:00+00:00",
    "ended": "2026-03-02T09:15:00+00:00",
    "judgements": JUDGED,
}


def sample(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    return loaded


def keep(ledger: FakeLedger, name: str, **detail: str) -> JournalEntry:
    event = sample(name)
    event["detail"] |= detail
    event["id"] += "".join(detail.values())
    entry = JournalEntry.parse(event)
    ledger.keep(entry)
    return entry


def audit(ledger: FakeLedger, endpoint: str = "", since: str = "") -> list[AuditRow]:
    return read_audit(ledger, BUCKET, endpoint, since)


@pytest.fixture
def ledger() -> FakeLedger:
    """An endpoint whose second release a person aborted, and a night."""
    ledger = FakeLedger()
    sentence = Sentence(
        "aborted by mira: wrong data", "mira", "2026-03-02T09:20:00+00:00", COMMANDED
    )
    ledger.endpoints["churn"] = EndpointRecord("churn", revision=1)
    ledger.open_release(
        planned(
            drop("2", by="arn:aws:iam::123456789012:user/ada", request="R1"),
            outcome="rolled-back",
            reason="aborted by mira: wrong data",
            ended="2026-03-02T09:25:00+00:00",
            spec_version="v7",
            evidence={"steps": [STEP], "before_users": {"judgements": JUDGED}},
            commands=(COMMAND,),
            condemned=sentence.as_dict(),
            report="s3://reports/churn.html",
        )
    )
    keep(ledger, "slipway-endpoint-asleep")
    return ledger


def test_a_release_is_told_from_its_drop_to_its_end(ledger: FakeLedger) -> None:
    rows = [(row.event, row.by, row.outcome) for row in audit(ledger, "churn")]
    assert rows == [
        ("Release Began", "arn:aws:iam::123456789012:user/ada", ""),
        ("Judged: before users", "slipway", "FAIL"),
        ("Judged: 5 % of the traffic", "slipway", "FAIL"),
        ("Command: abort", "mira", "Release goes back"),
        ("Condemned", "mira", ""),
        ("Release Ended", "slipway", "rolled-back"),
        ("Endpoint Asleep", "slipway", ""),
    ]
    began, *_, ended, asleep = audit(ledger, "churn")
    assert began.details["sha256"] == "sha-2"
    assert (began.details["settings"], began.details["request"]) == ("v7", "R1")
    assert "s3://artifacts/models/churn/2/model.tar.gz arrived" in began.reason
    assert (ended.reason, ended.details["report"]) == (
        "aborted by mira: wrong data",
        "s3://reports/churn.html",
    )
    assert "costs nothing" in asleep.reason
    assert "RestStateMachine" in asleep.execution


def test_who_only_says_that_it_is_somebody_is_told_from_who_is_known(ledger: FakeLedger) -> None:
    known = drop("3", minute=1, by="account 123456789012", sender="account 123456789012")
    # An upload can say of itself what S3 says of others.
    forged = drop("4", minute=2, by="account 999999999999", sender="account 123456789012")
    again = drop("5", minute=3)
    for each in (known, forged, again):
        ledger.open_release(planned(each))
    keep(ledger, "slipway-operator-release-command", by="slipway", release="nobody's")
    told = audit(ledger)
    assert [(row.by, row.by_claimed) for row in told if row.event == "Release Began"] == [
        ("arn:aws:iam::123456789012:user/ada", True),
        ("account 123456789012", False),
        ("account 999999999999", True),
        ("slipway", False),
    ]
    assert [row.details["sender"] for row in told if row.by == forged.by] == [known.by]
    rest = [(row.event, row.by, row.by_claimed) for row in told if row.event in SAID]
    assert sorted(rest) == [
        ("Command: abort", "mira", True),
        ("Condemned", "mira", True),
        ("Endpoint Asleep", "slipway", False),
        ("Release Command", "slipway", True),
    ]


def test_an_alarm_claims_nothing(ledger: FakeLedger) -> None:
    sentence = Sentence("errors", "slipway-churn/2/errors", "2026-03-02T09:20:00+00:00")
    ledger.open_release(planned(drop("3", minute=1), condemned=sentence.as_dict()))
    row = next(row for row in audit(ledger) if row.by == sentence.by)
    assert not row.by_claimed


def test_what_was_sent_can_be_looked_up(ledger: FakeLedger) -> None:
    keep(ledger, "slipway-operator-release-command", release="nobody's")
    sent = sample("slipway-operator-release-command")
    told = {row.event: row.details for row in audit(ledger)}
    assert told["Release Began"]["request"] == "R1"
    assert told["Command: abort"] == {"event": "e-1", "account": "123456789012"}
    assert told["Release Command"]["event"].startswith(sent["id"])
    assert told["Release Command"]["account"] == sent["account"]


def test_what_a_release_tells_itself_is_not_told_twice(ledger: FakeLedger) -> None:
    (release,) = ledger.list_releases("churn")
    before = len(audit(ledger))
    keep(ledger, "slipway-release-succeeded", endpoint="churn", release=release.release)
    keep(ledger, "slipway-operator-release-command", endpoint="churn", release=release.release)
    assert len(audit(ledger)) == before
    keep(ledger, "slipway-release-failed-key")
    keep(ledger, "slipway-operator-release-command", endpoint="churn", release="nobody's")
    told = [row.event for row in audit(ledger)]
    assert "Release Failed" in told
    assert told.count("Release Command") == 1


def test_settings_are_told_with_who_sent_them(ledger: FakeLedger) -> None:
    place = f"{BUCKET}/models/churn/endpoint.yaml"
    sent = {"at": "2026-03-03T08:00:00+00:00", "by": "account 123456789012", "request": "R2"}
    ledger.claim_settings(place, "v8", "one", sent)
    ledger.close_settings(place, "v8", "applied", "scaling.max: 10 to 12")
    row = audit(ledger, "churn")[-1]
    assert (row.event, row.by, row.outcome) == (
        "Settings Arrived",
        "account 123456789012",
        "applied",
    )
    assert (row.reason, row.details) == (
        "scaling.max: 10 to 12",
        {"settings": "v8", "request": "R2"},
    )


def test_since_leaves_out_what_was_before(ledger: FakeLedger) -> None:
    rows = audit(ledger, "churn", "2026-03-02T09:25:00+00:00")
    assert [row.event for row in rows] == ["Release Ended", "Endpoint Asleep"]


def test_without_an_endpoint_all_are_told_by_time(ledger: FakeLedger) -> None:
    ledger.open_release(record(drop("1", endpoint="basket"), started="2026-03-02T09:10:00+00:00"))
    ledger.endpoints["basket"] = EndpointRecord("basket", revision=1)
    keep(ledger, "slipway-release-failed-key", endpoint="")
    rows = audit(ledger)
    assert {row.endpoint for row in rows} == {"churn", "basket", ""}
    assert [row.at for row in rows] == sorted(row.at for row in rows)


def test_an_entry_keeps_who_and_why_of_a_persons_event_and_nothing_else() -> None:
    event = sample("slipway-operator-release-command")
    event["detail"] |= {"reason": "a\x1b[2Jb" * 4000, "more": {"": "anything"}, "by": "x" * 999}
    entry = JournalEntry.parse(event)
    assert entry.by == "x" * 200
    assert entry.reason.isprintable()
    assert len(entry.reason.encode()) <= 8000
    assert entry.facts == {"command": "abort", "account": event["account"]}
    assert entry.claimed


@pytest.mark.parametrize("event", [{}, {"detail": "words"}, {"detail": {"by": 7}}, {"time": "now"}])
def test_an_entry_of_a_broken_event_is_an_entry(event: dict[str, Any]) -> None:
    entry = JournalEntry.parse(event)
    assert entry.by in {"somebody", "7"}
    assert entry.endpoint == ""
