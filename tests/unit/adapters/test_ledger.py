"""One contract for the ledger on DynamoDB and for the one in memory that tests use."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws

from slipway.adapters.ledger import Ledger
from slipway.domain.capacity.ahead import Ahead
from slipway.domain.capacity.claims import Claim
from slipway.domain.capacity.rest import Asleep
from slipway.domain.journal import JournalEntry
from slipway.domain.lease import EndpointRecord, Parked
from slipway.domain.release import Sentence
from slipway.domain.settings_record import SettingsRecord
from slipway.domain.settling import Settling
from slipway.errors import LedgerConflict, ReleaseUnknown
from tests.fakes.ledger import FakeLedger
from tests.fakes.make import drop, execution, lease, live, planned, record
from tests.fakes.table import create_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=["memory", "dynamodb"])
def ledger(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    if request.param == "memory":
        yield FakeLedger()
        return
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        create_ledger()
        yield Ledger("ledger")


def test_the_first_execution_owns_a_drop_and_may_claim_it_again(ledger: Any) -> None:
    assert ledger.claim_drop(drop(), "one") == "one"
    assert ledger.claim_drop(drop(), "two") == "one"
    assert ledger.claim_drop(drop(), "one") == "one"


def test_another_version_of_the_same_object_is_another_drop(ledger: Any) -> None:
    ledger.claim_drop(drop(minute=1), "one")
    assert ledger.claim_drop(drop(minute=2), "two") == "two"


def test_a_drop_passes_to_the_execution_that_its_owner_named(ledger: Any) -> None:
    ledger.claim_drop(drop(), "one")
    assert ledger.claim_drop(drop(), "two", previous="one") == "two"
    assert ledger.claim_drop(drop(), "two", previous="one") == "two"
    assert ledger.claim_drop(drop(), "three", previous="one") == "two"


def test_an_unknown_endpoint_is_empty(ledger: Any) -> None:
    assert ledger.read_endpoint("churn") == EndpointRecord("churn")
    assert list(ledger.list_endpoints()) == []


def test_an_endpoint_comes_back_as_it_was_written(ledger: Any) -> None:
    what, next_one = drop("1"), drop("2", minute=1)
    written = EndpointRecord(
        "churn",
        lease=lease(what),
        parked=Parked(next_one, execution("two"), attempt=3),
        live=live(what),
        settling=Settling(what.release, live(next_one), "later", config="both", reverted=True),
        abandoned=("1-0123", "2-4567"),
        superseded=(next_one,),
        claims=(Claim("burst", 7, "later", "now"), Claim("event:sale", 0, "", "now", ceiling=9)),
        asleep=Asleep("now", "later", "config", {"tags": {"a": "b"}, "counts": [2, 0.5]}),
        provisioning=(300, 412),
        events=("sale",),
        ahead=(Ahead("sale", "now", "later"),),
    )
    ledger.write_endpoint(written)
    assert ledger.read_endpoint("churn") == replace(written, revision=1)
    assert list(ledger.list_endpoints()) == [replace(written, revision=1)]


def test_of_two_writers_that_read_the_same_only_one_wins(ledger: Any) -> None:
    ledger.write_endpoint(EndpointRecord("churn"))
    seen = ledger.read_endpoint("churn")
    ledger.write_endpoint(replace(seen, lease=lease(drop(), "one")))
    with pytest.raises(LedgerConflict):
        ledger.write_endpoint(replace(seen, lease=lease(drop(), "two")))
    assert ledger.read_endpoint("churn").lease.owner == execution("one")


def test_the_first_write_of_an_endpoint_also_loses_against_another(ledger: Any) -> None:
    ledger.write_endpoint(EndpointRecord("churn"))
    with pytest.raises(LedgerConflict):
        ledger.write_endpoint(EndpointRecord("churn"))


def test_a_release_keeps_its_plan_with_all_its_numbers(ledger: Any) -> None:
    release = planned(drop(), evidence={"smoke": {"difference": 0.25, "requests": 3}})
    ledger.open_release(release)
    found = ledger.read_release("churn", release.release)
    assert dict(found.plan) == {**release.plan, "notes": []}
    assert found.evidence["smoke"] == {"difference": 0.25, "requests": 3}
    assert found.scaling["policy"] == release.scaling["policy"]


def test_opening_a_release_again_keeps_when_it_started(ledger: Any) -> None:
    ledger.open_release(record(drop()))
    ledger.note_release("churn", drop().release, {"outcome": "parked"})
    again = record(drop(), "two", started="2026-03-02T10:00:00+00:00", attempt=2)
    ledger.open_release(again)
    found = ledger.read_release("churn", drop().release)
    assert (found.outcome, found.execution, found.attempt) == ("running", execution("two"), 2)
    assert found.started == "2026-03-02T09:00:00+00:00"


def test_a_release_has_no_facts_that_nobody_reads(ledger: Any) -> None:
    ledger.open_release(record(drop()))
    with pytest.raises(TypeError):
        ledger.note_release("churn", drop().release, {"verdict": "good"})


def test_releases_are_listed_the_oldest_first(ledger: Any) -> None:
    late = record(drop("2", minute=5), started="2026-03-02T10:00:00+00:00")
    ledger.open_release(late)
    ledger.open_release(record(drop("1")))
    assert [each.drop.version for each in ledger.list_releases("churn")] == ["1", "2"]
    assert list(ledger.list_releases("other")) == []


def test_a_forgotten_release_is_unknown(ledger: Any) -> None:
    ledger.open_release(record(drop()))
    ledger.forget_release("churn", drop().release)
    with pytest.raises(ReleaseUnknown):
        ledger.read_release("churn", drop().release)


def test_a_token_is_taken_once_and_only_when_it_is_armed(ledger: Any) -> None:
    ledger.store_token("churn", "release", "token", 2_000_000_000)
    assert ledger.take_token("churn") == ""
    ledger.arm_token("churn", "token")
    assert ledger.take_token("churn") == "token"
    assert ledger.take_token("churn") == ""


def test_a_token_goes_with_its_release_and_no_other(ledger: Any) -> None:
    ledger.store_token("churn", "release", "token", 2_000_000_000)
    ledger.arm_token("churn", "token")
    ledger.drop_token("churn", "another")
    assert ledger.take_token("churn") == "token"
    ledger.store_token("churn", "release", "token", 2_000_000_000)
    ledger.arm_token("churn", "token")
    ledger.drop_token("churn", "release")
    assert ledger.take_token("churn") == ""
    ledger.drop_token("churn", "release")


def test_arming_a_token_that_was_replaced_changes_nothing(ledger: Any) -> None:
    ledger.store_token("churn", "release", "old", 2_000_000_000)
    ledger.store_token("churn", "release", "new", 2_000_000_000)
    ledger.arm_token("churn", "old")
    assert ledger.take_token("churn") == ""


BAD = Sentence("5 % of the requests fail", "alarm", "now", evidence={"alarm": {"rate": 0.05}})
RELEASE = drop().release


def test_of_two_sentences_the_first_stands(ledger: Any) -> None:
    ledger.open_release(record(drop()))
    assert ledger.condemn("churn", RELEASE, BAD).condemned == BAD.as_dict()
    second = Sentence("aborted", "ada", "later", "ReleaseAborted")
    assert ledger.condemn("churn", RELEASE, second).condemned == BAD.as_dict()
    assert ledger.read_release("churn", RELEASE).condemned == BAD.as_dict()


def test_a_release_that_has_ended_is_not_condemned(ledger: Any) -> None:
    ledger.open_release(record(drop(), outcome="succeeded"))
    assert ledger.condemn("churn", RELEASE, BAD).condemned is None


def test_what_nobody_released_cannot_be_condemned_or_commanded(ledger: Any) -> None:
    with pytest.raises(ReleaseUnknown):
        ledger.condemn("churn", "none", BAD)
    with pytest.raises(ReleaseUnknown):
        ledger.record_command("churn", "none", {"command": "abort"})
    assert ledger.arm_bake("churn", "none", {"token": "one"}) is False
    assert list(ledger.list_releases("churn")) == []


def test_a_sentence_finds_the_tokens_that_came_before_it(ledger: Any) -> None:
    ledger.open_release(record(drop()))
    bake = {"token": "one", "armed_at": "now", "ends_at": "later", "step": 2}
    assert ledger.arm_bake("churn", RELEASE, bake)
    assert ledger.open_gate("churn", RELEASE, {"token": "two", "since": "now"})
    found = ledger.condemn("churn", RELEASE, BAD)
    assert (found.bake, found.gate["token"]) == (bake, "two")


def test_a_token_that_comes_after_a_sentence_is_refused(ledger: Any) -> None:
    ledger.open_release(record(drop()))
    ledger.condemn("churn", RELEASE, BAD)
    assert not ledger.arm_bake("churn", RELEASE, {"token": "one"})
    assert not ledger.open_gate("churn", RELEASE, {"token": "two"})
    found = ledger.read_release("churn", RELEASE)
    assert (found.bake, found.gate) == (None, None)


def test_a_condemned_release_does_not_succeed(ledger: Any) -> None:
    ledger.open_release(record(drop()))
    assert ledger.conclude("churn", RELEASE, {"steps_done": 3})
    ledger.condemn("churn", RELEASE, BAD)
    assert not ledger.conclude("churn", RELEASE, {"outcome": "succeeded"})
    found = ledger.read_release("churn", RELEASE)
    assert (found.outcome, found.steps_done) == ("running", 3)


def test_a_wait_ends_with_its_own_token_only(ledger: Any) -> None:
    ledger.open_release(record(drop()))
    ledger.end_bake("churn", RELEASE, "one")
    ledger.arm_bake("churn", RELEASE, {"token": "two"})
    ledger.end_bake("churn", RELEASE, "one")
    assert ledger.read_release("churn", RELEASE).bake == {"token": "two"}
    ledger.end_bake("churn", RELEASE, "two")
    assert ledger.read_release("churn", RELEASE).bake is None
    ledger.open_gate("churn", RELEASE, {"token": "three"})
    ledger.close_gate("churn", RELEASE, "two")
    assert ledger.read_release("churn", RELEASE).gate == {"token": "three"}
    ledger.close_gate("churn", RELEASE, "three")
    assert ledger.read_release("churn", RELEASE).gate is None


def test_commands_are_kept_in_their_order(ledger: Any) -> None:
    ledger.open_release(record(drop()))
    for name in ("pause", "resume"):
        ledger.record_command("churn", RELEASE, {"command": name, "by": "ada", "reason": "lunch"})
    found = ledger.read_release("churn", RELEASE).commands
    assert [entry["command"] for entry in found] == ["pause", "resume"]


def test_a_fact_that_became_none_is_taken_out(ledger: Any) -> None:
    ledger.open_release(record(drop()))
    ledger.note_release("churn", RELEASE, {"paused": True, "gate": {"token": "one"}})
    ledger.note_release("churn", RELEASE, {"paused": False, "gate": None})
    found = ledger.read_release("churn", RELEASE)
    assert (found.paused, found.gate) == (False, None)


def test_accepted_bytes_are_needed_as_long_as_a_release_refers_to_them(ledger: Any) -> None:
    uri, other = (f"s3://artifacts/accepted/{sha}/model.tar.gz" for sha in ("abc", "abd"))
    assert not ledger.is_referred(uri)
    ledger.refer(uri, "churn", "1-a")
    ledger.refer(uri, "churn", "1-a")
    ledger.refer(uri, "fraud", "1-a")
    ledger.let_go(uri, "churn", "1-a")
    assert ledger.is_referred(uri)
    assert not ledger.is_referred(other)
    ledger.let_go(uri, "fraud", "1-a")
    ledger.let_go(uri, "fraud", "1-a")
    assert not ledger.is_referred(uri)


def test_turns_follow_each_other_and_are_not_saved_up(ledger: Any) -> None:
    now, every = datetime(2026, 3, 2, 20, tzinfo=UTC), timedelta(seconds=1)
    turns = [ledger.take_turn("sleep", now, every) for _ in range(3)]
    assert turns == [now, now + every, now + 2 * every]
    assert ledger.take_turn("wake", now, every) == now
    later = now + timedelta(hours=1)
    assert ledger.take_turn("sleep", later, every) == later


def entry(at: str = "2026-03-02T08:00:00+00:00", endpoint: str = "churn") -> JournalEntry:
    facts = {"floor": 5, "share": 0.5, "why": ["demand"]}
    return JournalEntry("1", at, "Burst Started", endpoint, "", "slipway", "demand", facts=facts)


@pytest.mark.parametrize("name", ["", "x" * 2000, "half \ud800"])
def test_what_cannot_be_a_name_is_unknown(ledger: Any, name: str) -> None:
    assert ledger.read_endpoint(name) == EndpointRecord(name)
    with pytest.raises(ReleaseUnknown):
        ledger.read_release("churn", name)


def test_a_journal_is_added_to_and_never_changed(ledger: Any) -> None:
    ledger.keep(entry())
    ledger.keep(replace(entry(), reason="something else"))
    assert list(ledger.list_entries("churn")) == [entry()]
    assert list(ledger.list_entries("basket")) == []


def test_a_journal_is_read_by_time_from_a_moment_on(ledger: Any) -> None:
    times = [f"2026-03-02T{hour:02}:00:00+00:00" for hour in (9, 7, 8)]
    for at in times:
        ledger.keep(entry(at))
    assert [each.at for each in ledger.list_entries("churn")] == sorted(times)
    since = "2026-03-02T08:00:00+00:00"
    assert [each.at for each in ledger.list_entries("churn", since)] == sorted(times)[1:]


def test_all_that_a_journal_speaks_of_is_known(ledger: Any) -> None:
    for endpoint in ("churn", "", "basket", "churn"):
        ledger.keep(entry(endpoint=endpoint))
    assert sorted(ledger.list_journals()) == ["", "basket", "churn"]
    assert len(ledger.list_entries("")) == 1


def test_the_first_execution_applies_a_version_of_the_settings_and_its_sender_is_kept(
    ledger: Any,
) -> None:
    sent = {"at": "2026-03-02T08:00:00+00:00", "by": "account 1", "request": "R"}
    assert ledger.claim_settings("b/k", "v1", "one", sent) == "one"
    assert ledger.claim_settings("b/k", "v1", "one", sent | {"at": "later"}) == "one"
    assert ledger.claim_settings("b/k", "v1", "two", sent) == "one"
    assert ledger.claim_settings("b/k", "v0", "two", sent | {"at": "2026-03-01"}) == "two"
    ledger.close_settings("b/k", "v1", "applied", "max: 10 to 12")
    assert list(ledger.list_settings("b/k")) == [
        SettingsRecord("v0", "two", "2026-03-01", "account 1", "R"),
        SettingsRecord("v1", "one", sent["at"], "account 1", "R", "applied", "max: 10 to 12"),
    ]


def test_of_two_that_ask_for_a_turn_at_once_one_asks_again(monkeypatch: Any) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    now, every = datetime(2026, 3, 2, 20, tzinfo=UTC), timedelta(seconds=1)
    with mock_aws():
        create_ledger()
        ledger = Ledger("ledger")
        ledger.take_turn("sleep", now, every)
        read = ledger.table.get

        def read_then_another_asks(pk: str, sk: str) -> Any:
            found = read(pk, sk)
            monkeypatch.setattr(ledger.table, "get", read)
            assert ledger.take_turn("sleep", now, every) == now + every
            return found

        monkeypatch.setattr(ledger.table, "get", read_then_another_asks)
        with pytest.raises(LedgerConflict):
            ledger.take_turn("sleep", now, every)
        assert ledger.take_turn("sleep", now, every) == now + 2 * every
