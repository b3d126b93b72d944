"""One contract for the ledger on DynamoDB and for the one in memory that tests use."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from moto import mock_aws

from slipway.adapters.clients import client
from slipway.adapters.ledger import Ledger
from slipway.domain.lease import EndpointRecord, Parked
from slipway.errors import LedgerConflict, ReleaseUnknown
from tests.fakes.ledger import FakeLedger
from tests.fakes.make import drop, execution, lease, live, planned, record

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=["memory", "dynamodb"])
def ledger(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    if request.param == "memory":
        yield FakeLedger()
        return
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with mock_aws():
        client("dynamodb").create_table(
            TableName="ledger",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk")
            ],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
        )
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


def test_arming_a_token_that_was_replaced_changes_nothing(ledger: Any) -> None:
    ledger.store_token("churn", "release", "old", 2_000_000_000)
    ledger.store_token("churn", "release", "new", 2_000_000_000)
    ledger.arm_token("churn", "old")
    assert ledger.take_token("churn") == ""
