from __future__ import annotations

from dataclasses import replace

import pytest

from slipway.domain.capacity.claims import Claim
from slipway.domain.planning import PlanRefused, ReleasePlan
from slipway.domain.spec import InvalidSpec
from slipway.errors import SpecGone
from slipway.usecases.pinned_spec import pin_spec
from slipway.usecases.plan_release import plan_release
from slipway.usecases.spec_key import NO_SPEC, spec_key
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.make import drop, planned, record, ref, serve
from tests.fakes.world import FakeAnnouncer, FakeFleet, FakeSageMaker, FakeStore

INSPECTION = {
    "sha256": "sha-2",
    "accepted": "s3://artifacts/accepted/sha-2/model.tar.gz",
    "image": {
        "uri": "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:3.0-5",
        "framework": "xgboost",
        "version": "3.0-5",
        "architecture": "x86_64",
    },
}


class World:
    def __init__(self) -> None:
        self.ledger = FakeLedger()
        self.store = FakeStore()
        self.fleet = FakeFleet()
        self.sagemaker = FakeSageMaker()
        self.announcer = FakeAnnouncer()
        self.drop = drop("2", minute=1)
        self.ledger.open_release(record(self.drop, inspection=INSPECTION))

    def spec(self, text: str) -> None:
        self.store.write_text(spec_key("churn"), text)
        facts = {"spec_version": f"v{len(self.store.texts[spec_key('churn')])}"}
        self.ledger.note_release("churn", self.drop.release, facts)

    def plan(self) -> ReleasePlan:
        plan_release(
            ref(self.drop),
            region="us-east-1",
            ledger=self.ledger,
            store=self.store,
            fleet=self.fleet,
            endpoints=self.sagemaker,
            announcer=self.announcer,
            clock=FakeClock(),
        )
        return ReleasePlan.from_dict(self.ledger.read_release("churn", self.drop.release).plan)


@pytest.fixture
def world() -> World:
    return World()


def test_the_plan_is_kept_and_the_start_is_told(world: World) -> None:
    plan = world.plan()
    assert (plan.action, plan.instance_count) == ("create", 2)
    assert "xgboost" in plan.image
    scaling = world.ledger.read_release("churn", world.drop.release).scaling
    assert scaling["target"]["ResourceId"] == f"endpoint/churn/variant/{plan.names.variant}"
    (news,) = world.announcer.news
    assert news.kind == "Release Started"
    assert "2 x ml.m5.large" in news.reason


def test_planning_again_gives_the_same_names(world: World) -> None:
    assert world.plan().names == world.plan().names


def test_the_spec_that_the_release_is_bound_to_counts_not_the_newest(world: World) -> None:
    world.spec("hosting: {instance_type: ml.c5.xlarge}")
    world.store.write_text(spec_key("churn"), "hosting: {instance_type: ml.m5.4xlarge}")
    assert world.plan().instance_type == "ml.c5.xlarge"


def test_a_release_that_found_no_spec_is_bound_to_the_defaults(world: World) -> None:
    release = record(world.drop, spec_version=NO_SPEC)
    world.store.write_text(spec_key("churn"), "nonsense: 1")
    spec, version = pin_spec(release, world.store)
    assert (spec.hosting.instance_type, version) == ("ml.m5.large", NO_SPEC)


def test_a_wrong_spec_is_refused(world: World) -> None:
    world.spec("hosting: {instance_typ: ml.m5.large}")
    with pytest.raises(InvalidSpec, match="instance_typ"):
        world.plan()


def test_what_is_over_quota_is_refused_before_anything_is_made(world: World) -> None:
    world.fleet.quotas = {"ml.m5.large": 3}
    world.fleet.counts = {"ml.m5.large": 2}
    with pytest.raises(PlanRefused, match="ml.m5.large for endpoint usage"):
        world.plan()
    assert world.announcer.news == []


def test_without_a_value_of_the_account_awss_default_counts_and_is_named_so(world: World) -> None:
    world.fleet.defaults = {"ml.m5.large": 1}
    with pytest.raises(PlanRefused, match=r"allows 1 instances \(AWS's default"):
        world.plan()
    world.fleet.defaults = {"ml.m5.large": 100}
    (note,) = world.plan().notes
    assert "AWS's default" in note


def test_the_value_of_the_account_counts_before_awss_default(world: World) -> None:
    world.fleet.quotas, world.fleet.defaults = {"ml.m5.large": 100}, {"ml.m5.large": 1}
    assert world.plan().notes == ()


def test_a_quota_that_nobody_knows_refuses_nothing_and_is_told(world: World) -> None:
    (note,) = world.plan().notes
    assert "`ml.m5.large for endpoint usage` in us-east-1 is unknown" in note
    (news,) = world.announcer.news
    assert news.facts["notes"] == [note]


def test_the_quota_of_the_type_that_serves_counts_too(world: World) -> None:
    """Both fleets run at the same time, and SageMaker makes the serving one anew."""
    serve(drop("1"), world.ledger, world.sagemaker)
    world.spec("hosting: {instance_type: ml.c5.xlarge}")
    world.fleet.quotas = {"ml.m5.large": 3, "ml.c5.xlarge": 100}
    world.fleet.counts = {"ml.m5.large": 2}
    with pytest.raises(PlanRefused, match=r"ml.m5.large for endpoint usage"):
        world.plan()


def test_a_replacement_is_planned_for_the_count_that_scaling_reached(world: World) -> None:
    serve(drop("1"), world.ledger, world.sagemaker)
    plan = world.plan()
    assert plan.action == "update"
    assert plan.peak_instances == {"ml.m5.large": 5}


def test_an_endpoint_that_was_deleted_by_hand_is_planned_anew(world: World) -> None:
    serve(drop("1"), world.ledger, world.sagemaker)
    world.sagemaker.endpoints.clear()
    assert world.plan().action == "create"


def test_the_image_is_the_one_that_the_artifact_was_inspected_for(world: World) -> None:
    assert world.plan().image == INSPECTION["image"]["uri"]


def test_a_requirements_file_is_refused_because_the_container_has_no_network(
    world: World,
) -> None:
    facts = {"inspection": {**INSPECTION, "requirements": True}}
    world.ledger.note_release("churn", world.drop.release, facts)
    with pytest.raises(PlanRefused, match="network isolation"):
        world.plan()


def test_a_pinned_spec_that_is_gone_is_not_replaced_by_the_settings_of_today() -> None:
    store = FakeStore()
    store.write_text("models/churn/endpoint.yaml", "hosting: {instance_count: 3}")
    with pytest.raises(SpecGone, match="v7"):
        pin_spec(planned(drop(), spec_version="v7"), store)


def test_a_type_that_aws_refused_is_planned_around_and_said(world: World) -> None:
    world.fleet.quotas |= {"ml.m5.large": 20, "ml.m5.xlarge": 20}
    world.spec("hosting: {fallback_instance_types: [ml.m5.xlarge]}\nrelease: {steps: [5, 100]}")
    first = world.plan()
    assert (first.instance_type, first.notes) == ("ml.m5.large", ())
    policy = world.ledger.read_release("churn", world.drop.release).policy
    assert policy["instance_types"] == ["ml.m5.large", "ml.m5.xlarge"]
    changed = {"policy": {**policy, "instance_type": "ml.m5.xlarge"}}
    world.ledger.note_release("churn", world.drop.release, changed)
    # Planning may be repeated.
    for _ in range(2):
        plan = world.plan()
        assert plan.instance_type == "ml.m5.xlarge"
        (note,) = plan.notes
        assert note == "On ml.m5.xlarge instead of ml.m5.large, for which AWS has no capacity"


def test_what_serves_moves_to_another_type_at_once_and_with_its_instances(world: World) -> None:
    serve(drop("1"), world.ledger, world.sagemaker)
    world.drop = drop("1", minute=9, origin="1-0", instance_type="ml.m5.xlarge")
    world.ledger.open_release(record(world.drop, inspection=INSPECTION))
    world.spec("hosting: {instance_count: 1}\nrelease: {steps: [5, 100]}\nscaling: {min: 1}")
    plan = world.plan()
    assert (plan.instance_type, plan.instance_count) == ("ml.m5.xlarge", 2)
    assert (plan.strategy, plan.steps) == ("replace", ())
    burst = Claim("burst", 7, "2999-01-01T00:00:00+00:00", "2026-03-02T08:00:00+00:00")
    known = world.ledger.read_endpoint("churn")
    world.ledger.write_endpoint(replace(known, claims=(burst,)))
    assert world.plan().instance_count == 7
    # AWS refused that type as well.
    chosen = {"policy": {"instance_type": "ml.m5.2xlarge"}}
    world.ledger.note_release("churn", world.drop.release, chosen)
    assert world.plan().instance_type == "ml.m5.2xlarge"
