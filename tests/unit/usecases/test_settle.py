"""The previous variant goes, or stays where that fails."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slipway.domain.drift.record import BaselineRef
from slipway.domain.lease import Lease, Parked
from slipway.domain.naming.monitoring import baseline_files_of, baseline_key
from slipway.domain.settling import revert
from slipway.errors import EndpointBusy, LeaseLost, NameTaken
from slipway.usecases.begin_settling import begin_settling
from slipway.usecases.collect_garbage import collect_garbage
from slipway.usecases.hold_settling import hold_settling
from slipway.usecases.keep_previous import keep_previous
from slipway.usecases.record_settled import SettleEnd, record_settled
from slipway.usecases.retire_previous import retire_previous
from slipway.usecases.schedule_settle import schedule_settle
from slipway.usecases.shrink_previous import shrink_previous
from tests.fakes.drift import FakeMonitoring
from tests.fakes.make import drop, execution, planned
from tests.fakes.promoted import BOTH, NEW, OLD, SETTLE, SETTLING, Promoted


class Settling(Promoted):
    def __init__(self) -> None:
        super().__init__()
        self.monitoring = FakeMonitoring(self.clock.now())

    def begin(self, release: str = NEW.release, owner: str = SETTLING) -> str:
        ref = replace(self.ref(owner=owner), release=release)
        return begin_settling(
            ref, ledger=self.ledger, executions=self.executions, clock=self.clock
        ).verdict

    def shrink(self) -> None:
        shrink_previous(
            self.ref(),
            "token",
            ledger=self.ledger,
            endpoints=self.sagemaker,
            scaling=self.scaling,
            waker=self.executions,
            clock=self.clock,
        )

    def retire(self) -> None:
        retire_previous(
            self.ref(),
            "token",
            ledger=self.ledger,
            endpoints=self.sagemaker,
            scaling=self.scaling,
            waker=self.executions,
            clock=self.clock,
        )

    def collect(self, what: object = NEW) -> list[str]:
        found = collect_garbage(
            self.ref(what),  # type: ignore[arg-type]  # any drop
            ledger=self.ledger,
            endpoints=self.sagemaker,
            scaling=self.scaling,
            guards=self.guards,
            store=self.store,
            shelf=self.monitoring,
            clock=self.clock,
        )
        removed: list[str] = found["removed"]
        return removed

    def keep(self) -> str:
        return str(
            keep_previous(
                self.ref(),
                ledger=self.ledger,
                endpoints=self.sagemaker,
                scaling=self.scaling,
                clock=self.clock,
            )["verdict"]
        )

    def end(self, *, passes_lease: bool = True, **facts: object) -> dict[str, str]:
        return record_settled(
            self.ref(),
            SettleEnd(passes_lease, **facts),  # type: ignore[arg-type]  # whatever the test says
            ledger=self.ledger,
            starter=self.executions,
            schedules=self.schedules,
            announcer=self.announcer,
            clock=self.clock,
        )


FAILURE = {"Error": "CapacityRefused", "Cause": '{"errorMessage": "no capacity"}'}


@pytest.fixture
def world() -> Settling:
    return Settling()


def test_settling_is_scheduled_once_and_starts_the_workflow(world: Settling) -> None:
    for _ in range(2):
        name = schedule_settle(
            "churn", NEW.release, world.clock.now(), schedules=world.schedules, machine=SETTLE
        )
    (schedule,) = world.schedules.schedules.values()
    assert name == "slipway-churn.settle"
    assert schedule["target"] == SETTLE
    assert schedule["payload"] == {"endpoint": "churn", "release": NEW.release}


def test_a_due_release_takes_the_lease_and_closes_the_way_back(world: Settling) -> None:
    assert world.begin() == "settle"
    assert world.begin() == "settle"
    settling = world.record.settling
    assert settling is not None
    assert settling.retiring
    assert world.record.state == "settling"


def test_a_schedule_that_fires_late_or_twice_does_nothing(world: Settling) -> None:
    assert world.begin(release="1-other") == "nothing"
    world.change(settling=None)
    assert world.begin() == "nothing"
    assert world.record.lease is None


def test_a_release_that_changes_the_endpoint_is_not_disturbed(world: Settling) -> None:
    world.change(lease=Lease(execution("three"), "3-abc", "now"))
    world.executions.running.add(execution("three"))
    assert world.begin() == "busy"
    # Its own recovery has to undo what it left first.
    world.executions.running.clear()
    assert world.begin() == "busy"


def test_the_lease_of_a_settling_that_died_is_taken_over(world: Settling) -> None:
    world.begin(owner=SETTLING + "-dead")
    assert world.begin() == "settle"
    assert world.record.lease is not None
    assert world.record.lease.owner == SETTLING


def test_the_next_release_lends_its_lease_to_whatever_settles(world: Settling) -> None:
    holder = execution("three")
    world.change(lease=Lease(holder, "3-abc", "now"))
    assert world.begin(release="", owner=holder) == "settle"
    assert world.record.lease == Lease(holder, "3-abc", "now")


def test_what_borrows_a_lease_takes_none_for_an_execution_that_is_over(world: Settling) -> None:
    gone = execution("three")
    assert world.begin(release="", owner=gone) == "nothing"
    assert world.record.lease is None
    # It is over when the other one is under way already.
    world.executions.running.add(gone)
    assert world.begin(release="", owner=gone) == "settle"
    world.change(lease=None)
    with pytest.raises(LeaseLost, match="lent"):
        hold_settling(world.ref(owner=gone), ledger=world.ledger, now="now")
    assert world.record.lease is None
    # It failed for that alone, and says nothing that the other one did not.
    failed = SettleEnd(passes_lease=False, failure={"Error": "LeaseLost", "Cause": "lent"})
    answer = record_settled(
        world.ref(owner=gone),
        failed,
        ledger=world.ledger,
        starter=world.executions,
        schedules=world.schedules,
        announcer=world.announcer,
        clock=world.clock,
    )
    assert answer["reason"] == "Settled before"
    assert world.announcer.kinds == []


def test_the_previous_variant_is_shrunk_and_then_left_out(world: Settling) -> None:
    world.begin()
    world.scaling.targets[f"endpoint/churn/variant/{world.old.variant}"] = {}
    world.shrink()
    assert world.sagemaker.calls == ["set count 1"]
    assert world.scaling.targets == {}
    world.sagemaker.settle("churn")
    world.shrink()
    assert world.executions.woken == ["token"]
    world.retire()
    world.sagemaker.settle("churn")
    (variant,) = world.sagemaker.endpoints["churn"].variants
    assert world.sagemaker.endpoints["churn"].config == world.new.config
    assert (variant.name, variant.current_count, variant.weight) == (world.new.variant, 2, 100.0)
    world.retire()
    world.shrink()
    assert world.executions.woken == ["token"] * 3


def test_nobody_is_served_by_what_shrinks(world: Settling) -> None:
    world.begin()
    weights = {world.old.variant: 50.0, world.new.variant: 50.0}
    world.sagemaker.set_weights("churn", weights)
    world.sagemaker.settle("churn")
    with pytest.raises(EndpointBusy):
        world.shrink()
    assert world.sagemaker.weights("churn") == {world.old.variant: 0.0, world.new.variant: 100.0}
    assert "set count 1" not in world.sagemaker.calls


@pytest.mark.parametrize("status", ["Updating", "SystemUpdating"])
def test_a_busy_endpoint_is_tried_again(world: Settling, status: str) -> None:
    world.begin()
    state = world.sagemaker.endpoints["churn"]
    world.sagemaker.endpoints["churn"] = replace(state, status=status)
    with pytest.raises(EndpointBusy):
        world.shrink()
    with pytest.raises(EndpointBusy):
        world.retire()


def test_a_configuration_of_somebody_else_is_left_alone(world: Settling) -> None:
    world.begin()
    state = world.sagemaker.endpoints["churn"]
    world.sagemaker.endpoints["churn"] = replace(state, config="by-hand")
    with pytest.raises(NameTaken, match="by-hand"):
        world.retire()
    assert world.keep() == "pending"


def test_an_execution_without_the_lease_changes_nothing(world: Settling) -> None:
    world.change(lease=Lease(execution("three"), "3-abc", "now"))
    for step in (world.shrink, world.retire, world.keep, world.collect):
        with pytest.raises(LeaseLost):
            step()
    assert world.sagemaker.calls == []


def test_a_redriven_execution_takes_the_lease_again(world: Settling) -> None:
    world.shrink()
    assert world.record.lease is not None
    assert world.record.lease.owner == SETTLING


def test_the_alarms_of_the_retired_variant_and_the_common_configuration_go(
    world: Settling,
) -> None:
    world.begin()
    assert world.collect() == []
    assert world.guards.alarms == {"new-alarm": {}}
    assert BOTH not in world.sagemaker.configs
    assert world.old.config in world.sagemaker.configs
    assert world.read(OLD).inspection["accepted"]


def test_releases_beyond_those_to_be_kept_are_forgotten_but_for_their_history(
    world: Settling,
) -> None:
    for minute, version in enumerate("abc"):
        what = drop(version, minute=minute)
        made = {"config": f"config-{version}", "model": f"model-{version}"}
        started = f"2026-03-01T0{minute}:00:00+00:00"
        release = planned(what, outcome="succeeded", made=made, started=started)
        world.ledger.open_release(release)
        world.store.accepted[release.inspection["accepted"]] = b"bytes"
        world.ledger.refer(release.inspection["accepted"], "churn", what.release)
        world.sagemaker.models[f"model-{version}"] = {}
    world.begin()
    gone = drop("a", minute=0)
    assert world.collect() == [gone.release]
    assert "model-a" not in world.sagemaker.models
    assert {"model-b", "model-c"} <= world.sagemaker.models.keys()
    assert "s3://artifacts/accepted/sha-a/model.tar.gz" not in world.store.accepted
    assert {uri for uri, _, _ in world.ledger.references} == {
        f"s3://artifacts/accepted/sha-{kept}/model.tar.gz" for kept in "bc"
    }
    assert world.read(gone).outcome == "succeeded"
    assert world.collect() == []


def test_accepted_bytes_that_a_kept_release_shares_stay(world: Settling) -> None:
    uri = world.read(NEW).inspection["accepted"]
    world.store.accepted[uri] = b"bytes"
    facts = {"inspection": {**world.read(OLD).inspection, "accepted": uri}}
    world.ledger.note_release("churn", OLD.release, facts)
    for release in (OLD.release, NEW.release):
        world.ledger.refer(uri, "churn", release)
    world.ledger.note_release("churn", NEW.release, {"policy": {"keep_releases": 0}})
    world.begin()
    assert world.collect() == [OLD.release]
    assert uri in world.store.accepted


def test_what_was_learnt_goes_with_the_last_release_that_it_is_for(world: Settling) -> None:
    kept = {
        baseline_key("churn", OLD.release),
        baseline_key("churn", NEW.release),
        baseline_key("churn", f"{NEW.release}.run"),
        baseline_key("churny", "0-0123456789"),
        # The same model, released anew, goes on with what was learnt before.
        in_use := baseline_key("churn", "0-fedcba9876.run"),
        f"{baseline_files_of(in_use)}statistics.json",
        f"{baseline_files_of(baseline_key('churn', f'{NEW.release}.run'))}constraints.json",
    }
    old = baseline_key("churn", "0-0a.run")
    gone = (baseline_key("churn", "0-0123456789"), old, f"{baseline_files_of(old)}statistics.json")
    for key in (*kept, *gone):
        world.monitoring.place(key, b"categories of users")
    drift = world.ledger.read_drift("churn")
    world.ledger.write_drift(replace(drift, baseline=BaselineRef("captures", in_use)))
    world.begin()
    world.collect()
    assert set(world.monitoring.objects) == kept

    world.ledger.note_release("churn", NEW.release, {"policy": {"keep_releases": 0}})
    assert world.collect() == [OLD.release]
    assert baseline_key("churn", OLD.release) not in world.monitoring.objects


def test_a_settled_endpoint_is_free_and_has_no_schedule(world: Settling) -> None:
    world.begin()
    world.schedules.schedules["slipway-churn.settle"] = {}
    assert "alone" in world.end()["reason"]
    assert (world.record.settling, world.record.lease) == (None, None)
    assert world.record.state == "serving"
    assert world.schedules.schedules == {}
    assert world.announcer.news == []
    assert world.end()["reason"] == "Settled before"


def test_the_drop_that_waited_runs_when_the_endpoint_has_settled(world: Settling) -> None:
    world.begin()
    waiting = drop("3", minute=2)
    world.change(parked=Parked(waiting, execution("three")))
    handed = world.end()["handed_to"]
    assert handed == execution(f"{waiting.digest}-2")
    assert list(world.executions.started) == [handed]


def test_a_lent_lease_stays_with_its_owner(world: Settling) -> None:
    world.begin()
    world.end(passes_lease=False)
    assert world.record.settling is None
    assert world.record.lease is not None


def test_what_fails_before_anything_changed_leaves_both_variants(world: Settling) -> None:
    world.begin()
    assert world.keep() == "kept"
    settling = world.record.settling
    assert settling is not None
    assert not settling.retiring


def test_a_live_variant_alone_that_fails_its_test_goes_back_beside_the_previous_one(
    world: Settling,
) -> None:
    world.begin()
    world.shrink()
    world.sagemaker.settle("churn")
    world.retire()
    assert world.keep() == "waiting"
    world.sagemaker.settle("churn")
    verdicts: list[str] = []
    while verdicts[-1:] != ["kept"]:
        verdicts.append(world.keep())
        if world.sagemaker.endpoints["churn"].status == "Updating":
            world.sagemaker.settle("churn")
    assert set(verdicts[:-1]) == {"waiting"}
    assert world.sagemaker.endpoints["churn"].config == BOTH
    assert world.sagemaker.weights("churn") == {world.old.variant: 0.0, world.new.variant: 100.0}
    counts = [variant.desired_count for variant in world.sagemaker.endpoints["churn"].variants]
    assert counts == [2, 2]


def test_what_stands_by_again_has_what_the_live_one_needs_by_now(world: Settling) -> None:
    world.begin()
    world.shrink()
    world.sagemaker.settle("churn")
    world.sagemaker.set_count("churn", world.new.variant, 5)
    world.sagemaker.settle("churn")
    assert world.keep() == "waiting"
    world.sagemaker.settle("churn")
    assert world.keep() == "kept"
    counts = [variant.desired_count for variant in world.sagemaker.endpoints["churn"].variants]
    assert counts == [5, 5]


def test_where_settling_fails_after_a_revert_what_came_back_scales(world: Settling) -> None:
    back = revert(world.record, NEW.release, now="now")
    assert back is not None
    world.ledger.write_endpoint(back)
    keep_previous(
        world.ref(OLD),
        ledger=world.ledger,
        endpoints=world.sagemaker,
        scaling=world.scaling,
        clock=world.clock,
    )
    (resource,) = world.scaling.targets
    assert resource.endswith(world.old.variant)


def test_a_failure_is_told_and_tried_again_a_few_times(world: Settling) -> None:
    for attempt in range(1, 4):
        world.schedules.schedules.clear()
        world.begin()
        told = world.end(failure=FAILURE, kept={"verdict": "kept", "left": []})
        assert "no capacity" in told["reason"]
        assert bool(world.schedules.schedules) == (attempt < 3)
    assert world.announcer.kinds == ["Release Not Settled"] * 3
    assert world.record.live == world.new
    assert world.record.lease is None


def test_what_is_left_behind_is_named(world: Settling) -> None:
    world.begin()
    kept = {"verdict": "pending", "left": ["endpoint churn is UpdateRollbackFailed on x"]}
    told = world.end(failure=FAILURE, kept=kept)
    assert "cleanup pending: endpoint churn is UpdateRollbackFailed" in told["reason"]
