"""A release beside what serves: added, sized, given traffic, baked, and taken back."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from slipway.domain.lease import EndpointRecord
from slipway.domain.release import Sentence
from slipway.errors import (
    AcceptedChanged,
    CanaryFailed,
    CapacityRefused,
    EndpointBusy,
    EndpointMissing,
    EndpointRolledBack,
    HostingRefused,
    LeaseLost,
    NameTaken,
    ReleaseAborted,
    SilentRollback,
)
from slipway.usecases.check_endpoint import check_endpoint
from tests.fakes.canary import JUDGE, NEW, OLD, TOKEN, Canary
from tests.fakes.make import execution, lease
from tests.fakes.world import FakeLog

ABORTED = Sentence("aborted by Ada", "Ada", "2026-03-02T09:00:00+00:00", error="ReleaseAborted")


@pytest.fixture
def canary() -> Canary:
    return Canary()


@pytest.fixture
def added(canary: Canary) -> Canary:
    canary.added()
    return canary


# --- adding ---------------------------------------------------------------------------------------


def test_the_canary_begins_beside_what_serves_without_traffic(canary: Canary) -> None:
    canary.add()
    canary.sagemaker.settle("churn")
    assert canary.sagemaker.endpoints["churn"].config == canary.config
    variants = canary.variants()
    assert variants[canary.variant].weight == 0
    assert variants[canary.variant].current_count == 1
    assert variants[canary.old.variant].current_count == 10
    assert canary.ledger.take_token("churn") == TOKEN


def test_what_serves_keeps_its_instances_while_the_release_lasts(canary: Canary) -> None:
    canary.add()
    target = canary.target(canary.old.variant)
    assert (target["MinCapacity"], target["MaxCapacity"]) == (10, 10)
    assert target["SuspendedState"]["DynamicScalingInSuspended"]
    assert not target["SuspendedState"]["DynamicScalingOutSuspended"]


def test_a_canary_that_is_there_already_is_not_waited_for(canary: Canary) -> None:
    canary.added()
    canary.add()
    assert canary.executions.woken == [TOKEN]
    assert "update endpoint churn" not in canary.sagemaker.calls


def test_an_endpoint_that_somebody_changed_is_left_alone(canary: Canary) -> None:
    state = canary.sagemaker.endpoints["churn"]
    canary.sagemaker.endpoints["churn"] = replace(state, config="by-hand")
    with pytest.raises(NameTaken, match="by-hand"):
        canary.add()


def test_a_busy_endpoint_is_asked_again_later(canary: Canary) -> None:
    state = canary.sagemaker.endpoints["churn"]
    canary.sagemaker.endpoints["churn"] = replace(state, status="Updating")
    with pytest.raises(EndpointBusy):
        canary.add()


@pytest.mark.parametrize(
    ("reason", "error"),
    [
        ("The primary container did not pass the ping health check", EndpointRolledBack),
        ("InsufficientInstanceCapacity", CapacityRefused),
        # As a quota says it where the code is not told.
        ("The account-level service limit 'ml.m5.large for endpoint usage'", CapacityRefused),
        ("Request to service failed", SilentRollback),
    ],
)
def test_a_version_that_does_not_start_is_told_from_a_rollback_of_sagemakers_own(
    canary: Canary, reason: str, error: type[Exception]
) -> None:
    canary.add()
    canary.sagemaker.settle("churn", failure=reason)
    with pytest.raises(error, match=reason):
        check_endpoint(
            canary.ref,
            ledger=canary.ledger,
            endpoints=canary.sagemaker,
            log=FakeLog(),
            clock=canary.clock,
            stage="canary",
        )


def test_an_endpoint_that_is_gone_is_missed(canary: Canary) -> None:
    del canary.sagemaker.endpoints["churn"]
    with pytest.raises(EndpointMissing):
        canary.add()


# --- capacity -------------------------------------------------------------------------------------


def test_a_share_that_needs_no_more_instances_is_not_waited_for(added: Canary) -> None:
    added.size(0)
    assert added.executions.woken == [TOKEN]
    assert added.sagemaker.calls == []


def test_capacity_comes_before_traffic_and_one_variant_at_a_time(added: Canary) -> None:
    added.size(1)
    assert added.sagemaker.calls == ["set count 3"]
    assert added.ledger.take_token("churn") == TOKEN
    added.sagemaker.settle("churn")
    assert added.variants()[added.variant].current_count == 3


def test_scaling_is_held_until_the_traffic_has_moved(added: Canary) -> None:
    added.baking(0)
    added.size(1)
    for variant in (added.old.variant, added.variant):
        assert all(
            added.target(variant)["SuspendedState"][f"DynamicScaling{way}Suspended"]
            for way in ("In", "Out")
        )
    added.sagemaker.settle("churn")
    added.shift(1)
    added.sagemaker.settle("churn")
    added.bake(1)
    for variant in (added.old.variant, added.variant):
        assert not added.target(variant)["SuspendedState"]["DynamicScalingOutSuspended"]
    assert added.target(added.variant)["MinCapacity"] == 3


def test_a_change_that_lasts_longer_than_the_wait_is_waited_for_again(added: Canary) -> None:
    added.size(1)
    added.size(1)
    assert added.sagemaker.calls == ["set count 3"]
    assert added.executions.woken == []


def test_a_silent_rollback_is_recognised_wherever_it_happens(added: Canary) -> None:
    state = added.sagemaker.endpoints["churn"]
    gone = replace(state, config=added.old.config, failure="no ping")
    added.sagemaker.endpoints["churn"] = gone
    with pytest.raises(SilentRollback, match="no ping"):
        added.size(0)


@pytest.fixture
def small() -> Canary:
    canary = Canary(fleet=3)
    canary.added()
    return canary


def sized(canary: Canary, step: int) -> list[str]:
    """Size a step as the workflow does; return what SageMaker was asked for."""
    canary.sagemaker.calls.clear()
    for _ in range(3):
        with suppress(EndpointBusy):
            canary.size(step)
        if canary.sagemaker.endpoints["churn"].status == "InService":
            break
        canary.sagemaker.settle("churn")
    return canary.sagemaker.calls


def test_demand_that_triples_on_the_way_gives_both_sides_what_it_needs(small: Canary) -> None:
    small.baking(0)
    assert sized(small, 1) == []
    small.baking(1)
    small.baking(2)
    # Half of the demand was 2 of 3 instances; what serves has scaled out to half of 10.
    small.grow(5)
    assert sized(small, 3) == ["set count 10", "set count 10"]
    small.baking(3)
    counts = {name: each.current_count for name, each in small.variants().items()}
    assert counts == {small.old.variant: 10, small.variant: 10}
    small.promote()
    assert small.variants()[small.old.variant].current_count == 10
    assert small.executions.woken


def test_demand_that_grew_while_a_person_was_waited_for_counts(small: Canary) -> None:
    small.baking(0)
    small.grow(9)
    assert sized(small, 1) == ["set count 3", "set count 10"]
    small.shift(1)
    assert small.sagemaker.calls[-1] == "set weights [25.0, 75.0]"


def test_instances_that_growth_needs_are_waited_for_before_traffic(small: Canary) -> None:
    small.baking(0)
    small.grow(9)
    with pytest.raises(EndpointBusy):
        small.size(1)
    small.sagemaker.endpoints["churn"] = replace(
        small.sagemaker.endpoints["churn"], status="InService"
    )
    with pytest.raises(CapacityRefused, match="1 of the 3 instances"):
        small.shift(1)


# --- traffic --------------------------------------------------------------------------------------


def test_a_shift_changes_weights_and_nothing_else(added: Canary) -> None:
    added.shift(0)
    assert added.sagemaker.calls == ["set weights [5.0, 95.0]"]
    assert (added.release.step, added.release.evidence["steps"][0]["weight"]) == (0, 5)
    assert added.ledger.take_token("churn") == TOKEN


def test_a_share_that_is_there_already_is_not_asked_for_again(added: Canary) -> None:
    added.shift(0)
    added.shift(0)
    assert added.executions.woken == []
    added.sagemaker.settle("churn")
    added.shift(0)
    assert added.executions.woken == [TOKEN]
    assert len(added.sagemaker.calls) == 1


def test_a_sentence_while_the_weights_are_asked_for_is_not_waited_out(added: Canary) -> None:
    added.size()
    set_weights = added.sagemaker.set_weights

    def condemn_meanwhile(endpoint: str, weights: Any) -> None:
        set_weights(endpoint, weights)
        added.ledger.condemn("churn", NEW.release, ABORTED)

    added.sagemaker.set_weights = condemn_meanwhile  # type: ignore[method-assign]  # a stand-in for once
    with pytest.raises(ReleaseAborted):
        added.shift()


def test_nothing_is_increased_while_an_alarm_rings(added: Canary) -> None:
    added.guards.ringing["canary-alarm"] = "12 % errors"
    with pytest.raises(CanaryFailed, match="canary-alarm: 12 % errors"):
        added.shift(0)
    assert added.sagemaker.calls == []
    assert added.release.condemned is not None


def test_nothing_is_increased_after_a_sentence(added: Canary) -> None:
    added.ledger.condemn("churn", NEW.release, ABORTED)
    with pytest.raises(ReleaseAborted, match="by Ada"):
        added.shift(0)
    assert added.sagemaker.calls == []


def test_traffic_waits_for_instances_that_did_not_come(added: Canary) -> None:
    with pytest.raises(CapacityRefused, match="1 of the 3 instances"):
        added.shift(1)


def test_a_shift_during_another_change_is_tried_again(added: Canary) -> None:
    added.sagemaker.set_count("churn", added.variant, 2)
    with pytest.raises(EndpointBusy):
        added.shift(0)


# --- baking ---------------------------------------------------------------------------------------


def test_a_bake_is_watched_each_minute_until_its_end(added: Canary) -> None:
    added.baking(0)
    (schedule,) = added.schedules.schedules.values()
    assert (schedule["target"], schedule["payload"]["release"]) == (JUDGE, NEW.release)
    assert schedule["until"] == added.clock.now() + timedelta(minutes=10)
    bake = added.release.bake or {}
    assert (bake["token"], bake["step"]) == (TOKEN, 0)
    assert datetime.fromisoformat(bake["ends_at"]) == schedule["until"]


def test_a_step_is_announced_once_with_what_was_found_before_it(added: Canary) -> None:
    added.baking(0)
    added.traffic(10)
    assert added.judge(0).action == "advance"
    added.bake(0, tries=2)
    added.baking(1)
    assert added.announcer.kinds == ["Release Step Reached"] * 2
    first, second = (news.facts for news in added.announcer.news)
    assert (first["step"], first["weight"], first["judgements"]) == (1, 5, [])
    assert (second["step"], second["weight"]) == (2, 25)
    assert {each["verdict"] for each in second["judgements"]} == {"PASS"}


def test_an_alarm_that_rang_before_the_token_ends_the_bake_at_once(added: Canary) -> None:
    added.shift(0)
    added.sagemaker.settle("churn")
    added.guards.ringing["canary-alarm"] = "12 % errors"
    with pytest.raises(CanaryFailed, match="12 % errors"):
        added.bake(0)
    assert added.release.condemned is not None


def test_a_sentence_before_the_token_ends_the_bake_at_once(added: Canary) -> None:
    added.shift(0)
    added.sagemaker.settle("churn")
    added.ledger.condemn("churn", NEW.release, ABORTED)
    with pytest.raises(ReleaseAborted):
        added.bake(0)
    assert added.release.bake is None


def test_weights_that_are_not_the_wanted_ones_are_no_bake(added: Canary) -> None:
    with pytest.raises(EndpointBusy, match="should get 5 %"):
        added.bake(0)
    added.clock.advance(seconds=31)
    with pytest.raises(HostingRefused, match="should get 5 %"):
        added.bake(0)


def test_weights_of_a_moment_ago_are_looked_at_again(added: Canary) -> None:
    before = added.sagemaker.endpoints["churn"]
    added.shift(0)
    added.sagemaker.settle("churn")
    after = added.sagemaker.endpoints["churn"]
    for seconds in (0, 10):
        added.clock.advance(seconds=seconds)
        added.sagemaker.endpoints["churn"] = before
        with pytest.raises(EndpointBusy):
            added.bake(0)
    added.sagemaker.endpoints["churn"] = after
    added.bake(0)
    assert added.release.bake is not None


def test_a_bake_waits_until_the_change_is_over(added: Canary) -> None:
    added.shift(0)
    with pytest.raises(EndpointBusy):
        added.bake(0)


# --- going back -----------------------------------------------------------------------------------


def test_users_are_back_by_weights_first(added: Canary) -> None:
    added.baking(0)
    assert added.back()
    assert added.sagemaker.calls == ["set weights [0.0, 100.0]"]
    assert added.sagemaker.weights("churn")[added.old.variant] == 100
    assert not added.back()


def test_a_canary_without_traffic_needs_no_change_of_weights(canary: Canary) -> None:
    assert not canary.back()
    canary.added()
    assert not canary.back()


def test_going_back_is_tried_again_while_sagemaker_changes_something(added: Canary) -> None:
    added.baking(0)
    added.size(1)
    with pytest.raises(EndpointBusy):
        added.back()
    added.sagemaker.settle("churn")
    assert added.back()


def test_an_endpoint_that_is_gone_has_no_weights(added: Canary) -> None:
    added.baking(0)
    del added.sagemaker.endpoints["churn"]
    assert not added.back()


# --- the lease ------------------------------------------------------------------------------------


def test_a_redriven_release_takes_its_lease_again(added: Canary) -> None:
    record = added.ledger.read_endpoint("churn")
    added.ledger.write_endpoint(replace(record, lease=None))
    added.shift(0)
    held = added.ledger.read_endpoint("churn").lease
    assert held is not None
    assert held.owner == execution("one")


def test_a_redriven_release_does_not_act_under_the_lease_of_another(added: Canary) -> None:
    record = added.ledger.read_endpoint("churn")
    added.ledger.write_endpoint(replace(record, lease=lease(OLD, "two")))
    for state in (added.size, added.shift, added.bake, added.back, added.add):
        with pytest.raises(LeaseLost):
            state()
    assert added.sagemaker.calls == []


@pytest.mark.parametrize("outcome", ["failed", "rolled-back", "succeeded"])
def test_a_release_that_has_ended_does_not_act(added: Canary, outcome: str) -> None:
    added.ledger.note_release("churn", NEW.release, {"outcome": outcome})
    record = added.ledger.read_endpoint("churn")
    added.ledger.write_endpoint(replace(record, lease=None))
    with pytest.raises(LeaseLost, match=outcome):
        added.shift(0)


def test_a_release_does_not_act_beside_another_version_than_it_was_planned_beside(
    added: Canary,
) -> None:
    record = added.ledger.read_endpoint("churn")
    other = replace(added.old, drop=replace(OLD, version_id="another"))
    added.ledger.endpoints["churn"] = EndpointRecord("churn", record.revision, live=other)
    with pytest.raises(LeaseLost, match="serves instead"):
        added.shift(0)


def test_a_canary_that_is_not_what_was_inspected_is_not_added(canary: Canary) -> None:
    canary.store.replaced[canary.release.inspection["accepted"]] = "somebody else's"
    with pytest.raises(AcceptedChanged, match="not what was inspected"):
        canary.add()
    assert "model" not in canary.release.made
    assert canary.sagemaker.calls == []
