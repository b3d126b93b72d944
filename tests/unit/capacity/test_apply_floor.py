"""Floors are claimed in the ledger, and one use case makes scaling's limits of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from slipway.domain.capacity.claims import RELEASE, Claim, Claims, drop, put
from slipway.domain.capacity.rest import Asleep
from slipway.errors import LedgerConflict
from slipway.usecases.apply_floor import Applied, apply_floor
from slipway.usecases.change_claims import change_claims
from tests.fakes.canary import NEW, Canary
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.make import drop as dropped
from tests.fakes.make import serve
from tests.fakes.world import FakeSageMaker, FakeScaling


class Serving:
    """An endpoint that serves with 2 instances and may have 10."""

    def __init__(self) -> None:
        self.ledger, self.sagemaker, self.scaling = FakeLedger(), FakeSageMaker(), FakeScaling()
        self.clock = FakeClock()
        self.live = serve(dropped(), self.ledger, self.sagemaker)

    def claim(self, source: str, floor: int, minutes: int = 15, ceiling: int = 0) -> None:
        claim_for(self.ledger, self.clock, source, floor, minutes, ceiling)

    def apply(self) -> Applied:
        return apply_floor(
            "churn",
            ledger=self.ledger,
            endpoints=self.sagemaker,
            bounds=self.scaling,
            clock=self.clock,
        )

    @property
    def target(self) -> dict[str, Any]:
        return dict(self.scaling.targets[f"endpoint/churn/variant/{self.live.variant}"])


def claim_for(  # noqa: PLR0917 - what a claim is made of
    ledger: FakeLedger, clock: FakeClock, source: str, floor: int, minutes: int, ceiling: int = 0
) -> None:
    now = clock.now()
    until = (now + timedelta(minutes=minutes)).isoformat()
    mine = Claim(source, floor, until, now.isoformat(), ceiling)
    change_claims("churn", lambda claims: put(claims, mine), ledger=ledger)


@pytest.fixture
def serving() -> Serving:
    return Serving()


def limits(target: dict[str, Any]) -> tuple[int, int]:
    return target["MinCapacity"], target["MaxCapacity"]


def test_the_highest_claim_is_the_fewest_instances(serving: Serving) -> None:
    serving.claim("burst", 6)
    serving.claim("event:sale", 4)
    applied = serving.apply()
    assert (applied.verdict, applied.fewest, applied.most) == ("applied", 6, 10)
    assert limits(serving.target) == (6, 10)
    assert "burst wants 6" in applied.reason


def test_what_was_claimed_is_given_back_when_it_ends(serving: Serving) -> None:
    serving.claim("burst", 6)
    serving.apply()
    serving.clock.advance(minutes=15)
    serving.apply()
    assert limits(serving.target) == (2, 10)


def test_whether_scaling_is_suspended_is_left_to_the_release(serving: Serving) -> None:
    serving.claim("burst", 6)
    serving.apply()
    assert "SuspendedState" not in serving.target


def test_limits_are_written_while_the_endpoint_changes_but_count_as_waiting(
    serving: Serving,
) -> None:
    serving.claim("burst", 6)
    serving.sagemaker.set_count("churn", serving.live.variant, 3)
    assert serving.apply().verdict == "waiting"
    assert limits(serving.target) == (6, 10)
    serving.sagemaker.settle("churn")
    assert serving.apply().verdict == "applied"


def test_the_instances_are_reached_once_they_have_been_asked_for(serving: Serving) -> None:
    serving.claim("burst", 6)
    assert not serving.apply().reached
    serving.sagemaker.set_count("churn", serving.live.variant, 6)
    serving.sagemaker.settle("churn")
    assert serving.apply().reached


def test_an_endpoint_that_sleeps_or_is_gone_gets_no_limits(serving: Serving) -> None:
    asleep = Asleep("now", "later", serving.live.config)
    record = serving.ledger.read_endpoint("churn")
    serving.ledger.write_endpoint(replace(record, asleep=asleep))
    assert serving.apply().verdict == "nothing"
    serving.sagemaker.endpoints.clear()
    assert serving.apply().verdict == "nothing"
    assert serving.scaling.targets == {}


def test_a_claim_that_comes_in_between_is_not_lost(serving: Serving) -> None:
    serving.claim("event:sale", 4)
    write, waiting = serving.scaling.set_bounds, ["burst"]

    def meanwhile(target: Any) -> None:
        write(target)
        if waiting:
            serving.claim(waiting.pop(), 7)

    serving.scaling.set_bounds = meanwhile  # type: ignore[method-assign]  # a stand-in for once
    serving.apply()
    assert limits(serving.target) == (7, 10)


def test_two_who_claim_at_once_both_succeed(serving: Serving) -> None:
    write, rivals = serving.ledger.write_endpoint, ["event:sale", "event:match"]

    def rival(record: Any) -> None:
        if rivals:
            source = rivals.pop()
            found = serving.ledger.read_endpoint("churn")
            write(replace(found, claims=(*found.claims, Claim(source, 3, "", ""))))
        write(record)

    serving.ledger.write_endpoint = rival  # type: ignore[method-assign]  # a stand-in for once
    serving.claim("burst", 6)
    claims = serving.ledger.read_endpoint("churn").claims
    assert {each.source for each in claims} == {"burst", "event:sale", "event:match"}


def test_a_ledger_that_changes_without_end_is_given_up(serving: Serving) -> None:
    def never(record: Any) -> None:
        raise LedgerConflict(record.name)

    serving.ledger.write_endpoint = never  # type: ignore[method-assign]  # a stand-in for once
    with pytest.raises(LedgerConflict):
        serving.claim("burst", 6)


# --- beside a release -----------------------------------------------------------------------------


@pytest.fixture
def canary() -> Canary:
    """A release beside 5 instances."""
    return Canary(fleet=5)


def burst(canary: Canary, floor: int) -> Applied:
    claim_for(canary.ledger, canary.clock, "burst", floor, minutes=600)
    return apply_floor(
        "churn",
        ledger=canary.ledger,
        endpoints=canary.sagemaker,
        bounds=canary.scaling,
        clock=canary.clock,
    )


def sources(claims: Claims) -> set[str]:
    return {each.source for each in claims}


def test_a_release_claims_what_serves_and_gives_it_back(canary: Canary) -> None:
    canary.added()
    (claim,) = canary.ledger.read_endpoint("churn").claims
    assert (claim.source, claim.floor) == (RELEASE, 5)
    for step in range(4):
        canary.baking(step)
        canary.clock.advance(minutes=10)
    canary.promote()
    assert canary.ledger.read_endpoint("churn").claims == ()
    assert limits(canary.target(canary.variant)) == (2, 10)


def test_a_burst_during_a_release_raises_what_serves_and_leaves_scaling_held(
    canary: Canary,
) -> None:
    canary.added()
    burst(canary, 8)
    assert limits(canary.target(canary.old.variant)) == (8, 10)
    canary.size(0)
    held = canary.target(canary.old.variant)
    assert limits(held) == (8, 10)
    assert held["SuspendedState"]["DynamicScalingInSuspended"]


def test_a_canary_gets_its_share_of_what_a_burst_wants(canary: Canary) -> None:
    canary.added()
    canary.baking(0)
    canary.baking(1)
    assert limits(canary.target(canary.variant)) == (2, 10)
    burst(canary, 10)
    # A quarter of ten with headroom.
    assert limits(canary.target(canary.variant)) == (3, 10)
    assert limits(canary.target(canary.old.variant)) == (10, 10)


def test_the_next_step_is_sized_by_the_fleet_that_demand_made(canary: Canary) -> None:
    canary.added()
    canary.baking(0)
    canary.grow(10)
    canary.size(1)
    assert canary.sagemaker.calls[-1] == "set count 3"


def test_a_burst_survives_the_promotion_on_the_variant_that_stays(canary: Canary) -> None:
    canary.added()
    for step in range(4):
        canary.baking(step)
        canary.clock.advance(minutes=10)
    burst(canary, 9)
    canary.promote()
    assert sources(canary.ledger.read_endpoint("churn").claims) == {"burst"}
    assert limits(canary.target(canary.variant)) == (9, 10)
    assert not canary.target(canary.variant)["SuspendedState"]["DynamicScalingInSuspended"]
    assert f"endpoint/churn/variant/{canary.old.variant}" not in canary.scaling.targets


def test_a_burst_at_the_very_moment_of_a_promotion_is_not_lost(canary: Canary) -> None:
    canary.added()
    for step in range(4):
        canary.baking(step)
        canary.clock.advance(minutes=10)
    start = canary.ledger.drop_token

    def late(endpoint: str, release: str) -> None:
        # The limits have moved already, and the ledger still calls the old variant live.
        claim_for(canary.ledger, canary.clock, "burst", 9, minutes=60)
        start(endpoint, release)

    canary.ledger.drop_token = late  # type: ignore[method-assign]  # a stand-in for once
    canary.promote()
    assert limits(canary.target(canary.variant)) == (9, 10)


def test_a_claim_of_somebody_else_is_not_the_release_s_to_drop(canary: Canary) -> None:
    canary.added()
    burst(canary, 8)
    record = canary.ledger.read_endpoint("churn")
    assert sources(record.claims) == {RELEASE, "burst"}
    assert sources(drop(record.claims, RELEASE)) == {"burst"}
    assert record.lease is not None
    assert record.lease.release == NEW.release
