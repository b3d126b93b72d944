"""From a plan to an endpoint that serves, and back when it does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from slipway.domain.lease import EndpointRecord
from slipway.domain.planning import ReleasePlan
from slipway.domain.release import LiveRelease, Sentence
from slipway.errors import (
    AcceptedChanged,
    CapacityRefused,
    DashboardRefused,
    EndpointBusy,
    EndpointFailed,
    EndpointMissing,
    HostingRefused,
    LeaseLost,
    NameTaken,
    PlanOutdated,
    ReleaseAborted,
    ServiceBusy,
    SilentRollback,
)
from slipway.ports import EndpointState
from slipway.usecases.check_endpoint import Check, check_endpoint
from slipway.usecases.compensate_release import Cleaned, compensate_release
from slipway.usecases.create_endpoint import HostingAccount, create_endpoint
from slipway.usecases.guard_endpoint import guard_endpoint
from slipway.usecases.register_scaling import register_scaling
from slipway.usecases.resume_release import resume_release
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.make import drop, execution, lease, planned, record, ref, serve
from tests.fakes.world import (
    FakeExecutions,
    FakeGuards,
    FakeLog,
    FakeSageMaker,
    FakeScaling,
    FakeSchedules,
    FakeStore,
)

ACCOUNT = HostingAccount("arn:aws:iam::123456789012:role/serve", "monitoring", "arn:key")


class World:
    """One release of churn, inspected and planned."""

    def __init__(self) -> None:
        self.ledger = FakeLedger()
        self.sagemaker = FakeSageMaker()
        self.scaling = FakeScaling()
        self.guards = FakeGuards()
        self.store = FakeStore()
        self.executions = FakeExecutions()
        self.log = FakeLog()
        self.clock = FakeClock()
        self.drop = drop("2", minute=1)
        self.ref = ref(self.drop)
        release = planned(self.drop)
        self.ledger.open_release(release)
        self.ledger.endpoints["churn"] = EndpointRecord("churn", lease=lease(self.drop))
        self.store.accepted[release.inspection["accepted"]] = b"bytes"

    @property
    def made(self) -> dict[str, object]:
        return dict(self.ledger.read_release("churn", self.drop.release).made)

    def replaces(self) -> LiveRelease:
        """Let the release take the place of what serves."""
        plan = self.ledger.read_release("churn", self.drop.release).plan
        facts = {"plan": {**plan, "strategy": "replace"}}
        self.ledger.note_release("churn", self.drop.release, facts)
        return serve(drop("1"), self.ledger, self.sagemaker)

    def create(self, token: str = "token") -> None:
        create_endpoint(
            self.ref,
            token,
            ACCOUNT,
            ledger=self.ledger,
            endpoints=self.sagemaker,
            scaling=self.scaling,
            accepted=self.store,
            logs=self.log,
            clock=self.clock,
        )

    def check(self, *, again: bool = False) -> Check:
        return check_endpoint(
            self.ref,
            ledger=self.ledger,
            endpoints=self.sagemaker,
            log=self.log,
            clock=self.clock,
            again=again,
        )

    def resume(self) -> bool:
        return resume_release(
            "churn", tokens=self.ledger, endpoints=self.sagemaker, waker=self.executions
        )

    def guard(self) -> dict[str, Any]:
        register_scaling(self.ref, ledger=self.ledger, scaling=self.scaling, clock=FakeClock())
        return guard_endpoint(
            self.ref,
            topic_arn="arn:topic",
            region="us-east-1",
            ledger=self.ledger,
            guards=self.guards,
            clock=FakeClock(),
        )

    def compensate(self) -> Cleaned:
        return compensate_release(
            self.ref,
            ledger=self.ledger,
            endpoints=self.sagemaker,
            scaling=self.scaling,
            guards=self.guards,
            store=self.store,
            schedules=FakeSchedules(),
            clock=FakeClock(),
        )


@pytest.fixture
def world() -> World:
    return World()


def test_a_first_release_makes_model_configuration_and_endpoint_in_that_order(world: World) -> None:
    world.create()
    assert [call.split("-")[0] for call in world.sagemaker.calls] == [
        "create churn",
        "create churn",
        "create endpoint churn",
    ]
    assert world.check() == Check("waiting", "Creating")
    world.sagemaker.settle("churn")
    assert world.check() == Check("serving", "InService")


def test_the_log_group_is_there_before_sagemaker_makes_one(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    there: list[str] = []
    monkeypatch.setattr(world.log, "prepare", lambda _: there.extend(world.sagemaker.endpoints))
    world.create()
    assert there == [], "SageMaker made the endpoint first"


def test_the_log_group_of_an_endpoint_is_made_with_its_first_release(world: World) -> None:
    world.create()
    world.create("again")
    assert world.log.prepared == ["churn"]


def test_the_model_is_served_from_the_accepted_bytes_and_its_answers_are_captured(
    world: World,
) -> None:
    world.create()
    (model,) = world.sagemaker.models.values()
    assert model["PrimaryContainer"]["ModelDataUrl"].startswith("s3://artifacts/accepted/")
    (config,) = world.sagemaker.configs.values()
    capture = config["DataCaptureConfig"]
    assert capture["CaptureOptions"] == [{"CaptureMode": "Input"}, {"CaptureMode": "Output"}]
    assert capture["DestinationS3Uri"] == "s3://monitoring/capture"


@pytest.mark.parametrize(("now", "words"), [("", "is gone"), ("other", "not what was inspected")])
def test_only_what_was_inspected_is_served(world: World, now: str, words: str) -> None:
    release = world.ledger.read_release("churn", world.drop.release)
    world.store.replaced[release.inspection["accepted"]] = now
    with pytest.raises(AcceptedChanged, match=words):
        world.create()
    assert world.sagemaker.models == {}
    assert world.compensate() == Cleaned("done")


def test_creating_again_after_a_lost_reply_changes_nothing(world: World) -> None:
    world.create("first")
    world.create("second")
    assert len(world.sagemaker.endpoints) == 1
    assert world.ledger.take_token("churn") == "second"


def test_an_event_wakes_the_release_only_after_sagemaker_was_asked(world: World) -> None:
    world.executions.waiting.add("token")
    world.ledger.store_token("churn", world.drop.release, "token", 0)
    assert not world.resume()
    world.create()
    assert not world.resume(), "an event of an earlier change woke the release"
    world.sagemaker.settle("churn")
    assert world.resume()
    assert not world.resume()
    assert world.executions.woken == ["token"]


def test_an_endpoint_that_slipway_did_not_make_is_left_alone(world: World) -> None:
    world.sagemaker.create_endpoint("churn", "somebody-elses", {})
    world.sagemaker.settle("churn")
    with pytest.raises(NameTaken, match="did not make"):
        world.create()
    assert world.compensate() == Cleaned("done")
    assert world.sagemaker.endpoints["churn"].config == "somebody-elses"
    assert world.sagemaker.models == {}


def test_a_later_version_replaces_the_one_that_serves(world: World) -> None:
    old = world.replaces()
    world.scaling.targets[f"endpoint/churn/variant/{old.variant}"] = {}
    world.guards.alarms["old-alarm"] = {}
    world.create()
    assert world.scaling.targets == {}
    world.sagemaker.settle("churn")
    assert world.check().verdict == "serving"
    world.guard()
    assert "old-alarm" in world.guards.alarms
    (resource,) = world.scaling.targets
    assert old.variant not in resource


def test_what_was_planned_as_the_first_takes_nobodys_place(world: World) -> None:
    old = serve(drop("1"), world.ledger, world.sagemaker)
    with pytest.raises(PlanOutdated, match="drop the model again"):
        world.create()
    assert world.sagemaker.endpoints["churn"].config == old.config


def test_the_alarms_of_an_endpoint_that_a_person_deleted_go(world: World) -> None:
    old = serve(drop("1"), world.ledger, world.sagemaker)
    world.ledger.note_release("churn", old.release, {"made": {"alarms": ["old-alarm"]}})
    world.guards.alarms["old-alarm"] = {}
    del world.sagemaker.endpoints["churn"]
    world.create()
    world.sagemaker.settle("churn")
    world.guard()
    assert "old-alarm" not in world.guards.alarms


def test_a_busy_endpoint_is_tried_again(world: World) -> None:
    world.replaces()
    state = world.sagemaker.endpoints["churn"]
    world.sagemaker.endpoints["churn"] = replace(state, status="Updating")
    with pytest.raises(EndpointBusy):
        world.create()


def test_a_silent_rollback_is_recognised(world: World) -> None:
    world.replaces()
    world.create()
    world.sagemaker.settle("churn", failure="did not pass the ping health check")
    world.log.lines = ["ModuleNotFoundError: No module named 'features'"]
    with pytest.raises(SilentRollback, match="by itself .* ping health check") as caught:
        world.check()
    assert "No module named 'features'" in str(caught.value)


def test_a_silent_rollback_for_want_of_capacity_names_the_quota(world: World) -> None:
    world.replaces()
    world.create()
    world.sagemaker.settle("churn", failure="InsufficientInstanceCapacity error")
    with pytest.raises(CapacityRefused, match=r"ml\.m5\.large for endpoint usage"):
        world.check()


def test_the_old_configuration_without_a_reason_is_looked_at_twice(world: World) -> None:
    old = world.replaces()
    world.create()
    asked = world.sagemaker.endpoints["churn"].config
    world.sagemaker.settle("churn")
    late = world.sagemaker.endpoints["churn"]
    world.sagemaker.endpoints["churn"] = replace(late, config=old.config)
    assert world.check() == Check("doubtful", "InService")
    world.sagemaker.endpoints["churn"] = replace(late, config=asked)
    assert world.check(again=True).verdict == "serving"
    world.sagemaker.endpoints["churn"] = replace(late, config=old.config)
    with pytest.raises(SilentRollback, match="gives no reason"):
        world.check(again=True)


def test_a_container_that_does_not_start_shows_the_reason_and_the_log(world: World) -> None:
    world.create()
    world.sagemaker.settle("churn", "Failed", "did not pass the ping health check")
    world.log.lines = [f"line {number}" for number in range(50)]
    with pytest.raises(EndpointFailed) as caught:
        world.check()
    assert "ping health check" in str(caught.value)
    assert "line 49" in str(caught.value)
    assert "line 10" not in str(caught.value)


def test_missing_capacity_names_the_quota(world: World) -> None:
    world.create()
    world.sagemaker.settle("churn", "Failed", "InsufficientInstanceCapacity error")
    with pytest.raises(CapacityRefused, match=r"ml\.m5\.large for endpoint usage"):
        world.check()


def test_a_variant_without_all_its_instances_is_waited_for(world: World) -> None:
    world.create()
    world.sagemaker.settle("churn")
    state = world.sagemaker.endpoints["churn"]
    short = tuple(replace(variant, current_count=1) for variant in state.variants)
    world.sagemaker.endpoints["churn"] = replace(state, variants=short)
    assert world.check().verdict == "waiting"


def test_an_endpoint_deleted_by_hand_is_missed(world: World) -> None:
    world.create()
    del world.sagemaker.endpoints["churn"]
    with pytest.raises(EndpointMissing):
        world.check()


def test_compensating_a_first_release_leaves_nothing_behind(world: World) -> None:
    world.create()
    world.sagemaker.settle("churn")
    world.guard()
    assert world.compensate() == Cleaned("waiting")
    assert world.scaling.targets == {}
    assert world.guards.alarms
    assert world.compensate() == Cleaned("waiting")
    world.sagemaker.settle("churn")
    assert world.compensate() == Cleaned("done")
    assert (world.guards.alarms, world.guards.dashboards) == ({}, {})
    assert (world.sagemaker.models, world.sagemaker.configs) == ({}, {})
    assert (world.sagemaker.endpoints, world.store.accepted) == ({}, {})


def test_an_endpoint_that_is_being_created_is_waited_for_before_it_is_deleted(
    world: World,
) -> None:
    world.create()
    assert world.compensate() == Cleaned("waiting")
    assert "delete endpoint churn" not in world.sagemaker.calls
    assert world.sagemaker.configs


def test_compensating_before_anything_was_made_is_done_at_once(world: World) -> None:
    world.ledger.note_release("churn", world.drop.release, {"inspection": {}})
    assert world.compensate() == Cleaned("done")
    assert world.store.accepted


def test_a_replacement_that_is_bad_goes_back_to_what_served_with_its_scaling(
    world: World,
) -> None:
    old = world.replaces()
    world.create()
    world.sagemaker.settle("churn")
    world.guard()
    assert world.compensate() == Cleaned("waiting")
    world.sagemaker.settle("churn")
    assert world.compensate() == Cleaned("done", restored=True)
    assert world.sagemaker.endpoints["churn"].config == old.config
    assert list(world.sagemaker.configs) == [old.config]
    assert list(world.scaling.targets) == [f"endpoint/churn/variant/{old.variant}"]


def test_after_a_silent_rollback_only_what_was_made_is_removed(world: World) -> None:
    old = world.replaces()
    world.create()
    world.sagemaker.settle("churn", failure="bad")
    assert world.compensate() == Cleaned("done", restored=True)
    assert list(world.sagemaker.configs) == [old.config]
    assert "delete endpoint churn" not in world.sagemaker.calls


def test_a_mixed_fleet_is_left_for_a_person(world: World) -> None:
    world.replaces()
    world.create()
    world.sagemaker.settle("churn", "UpdateRollbackFailed")
    cleaned = world.compensate()
    assert cleaned.verdict == "pending"
    assert "UpdateRollbackFailed" in cleaned.left[0]
    assert len(world.sagemaker.configs) == 2


def test_accepted_bytes_that_another_release_serves_are_kept(world: World) -> None:
    uri = "s3://artifacts/accepted/sha-2/model.tar.gz"
    other = drop("2", endpoint="other")
    served = record(other, outcome="succeeded", inspection={"accepted": uri})
    world.ledger.open_release(served)
    world.ledger.refer(uri, "other", other.release)
    assert world.compensate() == Cleaned("done")
    assert uri in world.store.accepted


@pytest.mark.parametrize("error", [DashboardRefused("bad SEARCH"), ServiceBusy("Throttled")])
def test_a_dashboard_that_is_refused_fails_no_release(
    world: World, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def refuse(_name: str, _body: str) -> None:
        raise error

    monkeypatch.setattr(world.guards, "put_dashboard", refuse)
    world.create()
    world.guard()
    assert world.guards.alarms
    evidence = world.ledger.read_release("churn", world.drop.release).evidence
    assert evidence["dashboard"] == str(error)


def test_nothing_is_changed_while_another_execution_holds_the_lease(world: World) -> None:
    world.create()
    other = replace(lease(world.drop), owner=execution("another"))
    world.ledger.endpoints["churn"] = EndpointRecord("churn", lease=other)
    calls = list(world.sagemaker.calls)
    for change in (world.create, world.guard, world.compensate):
        with pytest.raises(LeaseLost, match="another"):
            change()
    assert world.sagemaker.calls == calls
    assert (world.scaling.targets, world.guards.alarms) == ({}, {})


def test_what_made_nothing_needs_no_lease_to_clean_up(world: World) -> None:
    other = replace(lease(world.drop), owner=execution("another"))
    world.ledger.endpoints["churn"] = EndpointRecord("churn", lease=other)
    assert world.compensate() == Cleaned("done")


def test_a_refused_configuration_leaves_no_model(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_request: object) -> bool:
        raise HostingRefused("no such instance type here")

    monkeypatch.setattr(world.sagemaker, "create_config", refuse)
    with pytest.raises(HostingRefused):
        world.create()
    assert world.sagemaker.models
    assert world.compensate() == Cleaned("done")
    assert world.sagemaker.models == {}


def test_an_endpoint_that_somebody_changed_meanwhile_is_left_for_a_person(world: World) -> None:
    world.create()
    world.sagemaker.endpoints["churn"] = EndpointState("InService", "by-hand", "", ())
    cleaned = world.compensate()
    assert (cleaned.verdict, cleaned.left) == ("pending", ("endpoint churn serves by-hand",))


def test_going_back_leaves_the_alarms_that_both_versions_share(world: World) -> None:
    old = world.replaces()
    world.create()
    world.sagemaker.settle("churn")
    world.guard()
    shared, own = sorted(world.guards.alarms)[:2]
    world.ledger.note_release("churn", old.release, {"made": {"alarms": [shared]}})
    assert world.compensate() == Cleaned("waiting")
    world.sagemaker.settle("churn")
    world.compensate()
    assert shared in world.guards.alarms
    assert own not in world.guards.alarms


@pytest.mark.parametrize("kind", ["models", "configs"])
def test_a_part_of_somebody_else_under_the_same_name_is_left_alone(world: World, kind: str) -> None:
    names = ReleasePlan.from_dict(world.ledger.read_release("churn", world.drop.release).plan).names
    name = names.model if kind == "models" else names.endpoint_config
    getattr(world.sagemaker, kind)[name] = {"somebody": "else's"}
    with pytest.raises(NameTaken):
        world.create()
    assert world.compensate() == Cleaned("done")
    assert getattr(world.sagemaker, kind)[name] == {"somebody": "else's"}
    assert len(world.sagemaker.models) + len(world.sagemaker.configs) == 1


def test_long_lines_of_the_log_are_cut(world: World) -> None:
    world.create()
    world.sagemaker.settle("churn", "Failed", "did not pass the ping health check")
    world.log.lines = ["x" * 100_000] * 20
    with pytest.raises(EndpointFailed) as caught:
        world.check()
    assert len(str(caught.value)) < 12_000


def test_a_first_release_that_a_person_ends_makes_nothing_more(world: World) -> None:
    sentence = Sentence("aborted by mira: a typo", "mira", "now", "ReleaseAborted")
    world.create()
    world.ledger.condemn("churn", world.drop.release, sentence)
    with pytest.raises(ReleaseAborted, match="a typo"):
        world.check()
    with pytest.raises(ReleaseAborted):
        world.create()


def test_a_release_that_was_paused_early_waits_before_its_first_step(world: World) -> None:
    world.create()
    assert world.guard()["paused"] is False
    world.ledger.note_release("churn", world.drop.release, {"paused": True})
    assert world.guard()["paused"] is True
