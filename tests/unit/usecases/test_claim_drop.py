from __future__ import annotations

import pytest

from slipway.errors import DropUnreadable
from slipway.usecases.claim_drop import Arrival, Claim, claim_drop
from slipway.usecases.spec_key import NO_SPEC, spec_key
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.make import BUCKET, drop, execution
from tests.fakes.world import FakeAnnouncer, FakeStore


def event(key: str, version_id: str = "v1") -> dict[str, object]:
    thing = {"key": key, "version-id": version_id, "sequencer": "01"}
    return {"detail": {"bucket": {"name": BUCKET}, "object": thing}}


class World:
    def __init__(self) -> None:
        self.ledger = FakeLedger()
        self.store = FakeStore()
        self.announcer = FakeAnnouncer()

    def claim(self, key: str, version_id: str = "v1", *, by: str = "one") -> Claim:
        return claim_drop(
            Arrival.parse(event(key, version_id)),
            execution(by),
            ledger=self.ledger,
            store=self.store,
            announcer=self.announcer,
            clock=FakeClock(),
        )


@pytest.fixture
def world() -> World:
    world = World()
    world.store.drop(drop().key, "v1", "2026-03-02T08:00:00+00:00")
    return world


def test_a_drop_becomes_a_running_release(world: World) -> None:
    claim = world.claim("models/churn/1/model.tar.gz")
    assert (claim.verdict, claim.endpoint) == ("claimed", "churn")
    release = world.ledger.read_release("churn", claim.release)
    assert (release.outcome, release.drop.version) == ("running", "1")
    assert release.drop.last_modified == "2026-03-02T08:00:00+00:00"


def test_the_same_event_twice_makes_one_release(world: World) -> None:
    first = world.claim("models/churn/1/model.tar.gz")
    assert world.claim("models/churn/1/model.tar.gz", by="two").verdict == "duplicate"
    assert world.claim("models/churn/1/model.tar.gz") == first
    assert len(world.ledger.releases) == 1


def test_a_release_is_bound_to_the_settings_that_lie_there_when_the_model_arrives(
    world: World,
) -> None:
    def bound() -> str:
        claim = world.claim("models/churn/1/model.tar.gz")
        return world.ledger.read_release("churn", claim.release).spec_version

    world.store.write_text(spec_key("churn"), "hosting: {instance_count: 3}")
    assert bound() == "v1"
    # The next drop brings its own, while this one is claimed again or waits.
    world.store.write_text(spec_key("churn"), "hosting: {instance_count: 4}")
    assert bound() == "v1"


def test_a_release_without_settings_is_bound_to_none(world: World) -> None:
    claim = world.claim("models/churn/1/model.tar.gz")
    assert world.ledger.read_release("churn", claim.release).spec_version == NO_SPEC


@pytest.mark.parametrize(
    "key",
    [
        "models/churn/1/extra/model.tar.gz",
        "models/churn/a/b/c/model.tar.gz",
        "models/-churn/1/model.tar.gz",
        "models/churn/1 2/model.tar.gz",
        "models//1/model.tar.gz",
    ],
)
def test_a_key_of_another_form_is_refused_with_a_notification(world: World, key: str) -> None:
    world.store.drop(key, "v1", "2026-03-02T08:00:00+00:00")
    claim = world.claim(key)
    assert claim.verdict == "refused"
    assert world.ledger.releases == {}
    assert world.ledger.drops[BUCKET, key, "v1"]["outcome"] == "failed"
    assert world.announcer.kinds == ["Release Failed"]
    assert world.announcer.news[0].reason == claim.reason


def test_an_object_version_that_is_gone_is_refused(world: World) -> None:
    claim = world.claim("models/churn/1/model.tar.gz", "deleted")
    assert claim.verdict == "refused"
    assert "gone" in claim.reason


def test_a_drop_that_s3_does_not_show_is_refused_closed_and_told(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_drop: object) -> str:
        raise DropUnreadable("S3 does not show it (403)")

    monkeypatch.setattr(world.store, "arrival_of", refuse)
    claim = world.claim("models/churn/1/model.tar.gz")
    assert (claim.verdict, claim.reason) == ("refused", "S3 does not show it (403)")
    assert world.ledger.drops[BUCKET, drop().key, "v1"]["outcome"] == "failed"
    assert world.announcer.kinds == ["Release Failed"]


def test_the_guess_of_an_endpoint_is_printable_and_short(world: World) -> None:
    claim = world.claim("models/bad\n\x07name" + "e" * 200 + "/model.tar.gz")
    assert claim.verdict == "refused"
    assert claim.endpoint.startswith("badname")
    assert len(claim.endpoint) <= 63
