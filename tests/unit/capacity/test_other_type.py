"""A first release for which AWS has no capacity goes on with the next type of the spec."""

from __future__ import annotations

from typing import Any

import pytest

from slipway.domain.capacity.next_type import next_type
from slipway.domain.lease import EndpointRecord, Lease
from slipway.domain.naming import ReleaseNames
from slipway.errors import LeaseLost
from slipway.usecases.try_other_type import OtherType, try_other_type
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.make import drop, lease, planned, ref
from tests.fakes.world import FakeSageMaker

DROP = drop("1")
TYPES = ["ml.m5.large", "ml.m5.xlarge"]


class World:
    """A first release has asked for its endpoint."""

    def __init__(self, **facts: Any) -> None:
        self.ledger, self.sagemaker = FakeLedger(), FakeSageMaker()
        self.config = ReleaseNames.of("churn", "1", DROP.digest).endpoint_config
        made = {"endpoint": "created", "config": self.config, "model": self.config}
        values = {"made": made, "policy": {"instance_types": TYPES}} | facts
        self.ledger.open_release(planned(DROP, **values))
        self.hold(lease(DROP))
        self.sagemaker.create_config({"EndpointConfigName": self.config, "ProductionVariants": []})
        self.sagemaker.create_endpoint("churn", self.config, {})

    def hold(self, held: Lease) -> None:
        self.ledger.endpoints["churn"] = EndpointRecord("churn", revision=1, lease=held)

    def strategy(self, strategy: str) -> None:
        release = self.ledger.read_release("churn", DROP.release)
        plan = {**release.plan, "strategy": strategy}
        self.ledger.note_release("churn", DROP.release, {"plan": plan})

    def attempt(self) -> OtherType:
        return try_other_type(
            ref(DROP), ledger=self.ledger, endpoints=self.sagemaker, clock=FakeClock()
        )


def test_what_was_refused_goes_before_the_next_type_is_planned() -> None:
    world = World()
    assert world.attempt().verdict == "waiting"
    world.sagemaker.settle("churn", "Failed", "InsufficientInstanceCapacity")
    assert world.attempt().verdict == "waiting"
    world.sagemaker.settle("churn")
    assert world.sagemaker.describe("churn") is None
    for _ in range(2):
        assert world.attempt() == OtherType("plan", "ml.m5.xlarge")
    release = world.ledger.read_release("churn", DROP.release)
    assert release.policy["instance_type"] == "ml.m5.xlarge"
    assert (release.made["endpoint"], release.made["model"]) == ("", world.config)
    assert world.sagemaker.configs == {}


def test_without_another_type_the_release_fails() -> None:
    assert World(policy={"instance_types": TYPES[:1]}).attempt().verdict == "none"
    assert World(policy={}).attempt().verdict == "none"


def test_beside_what_serves_no_type_is_changed() -> None:
    world = World()
    world.strategy("canary")
    assert world.attempt().verdict == "none"
    assert "delete endpoint churn" not in world.sagemaker.calls


def test_a_move_to_another_type_goes_on_with_the_next_one_and_deletes_nothing() -> None:
    world = World(made={"endpoint": "updated", "config": "new", "previous": "old"})
    world.strategy("replace")
    assert world.attempt() == OtherType("plan", "ml.m5.xlarge")
    # What served before is to be scaled again, should this type fail too.
    assert world.ledger.read_release("churn", DROP.release).made["endpoint"] == "updated"
    assert "delete endpoint churn" not in world.sagemaker.calls


def test_a_release_that_a_person_ended_tries_nothing_more() -> None:
    sentence = {"reason": "Aborted", "by": "Ada", "error": "ReleaseAborted"}
    assert World(condemned=sentence).attempt().verdict == "none"


def test_whoever_lost_the_lease_deletes_nothing() -> None:
    world = World()
    world.hold(lease(DROP, "another"))
    with pytest.raises(LeaseLost):
        world.attempt()
    assert "delete endpoint churn" not in world.sagemaker.calls


def test_types_are_tried_in_the_order_of_the_spec() -> None:
    allowed = ["ml.c5.large", "ml.m5.large", "ml.c5.xlarge"]
    assert next_type(allowed, "ml.c5.large") == "ml.m5.large"
    assert next_type(allowed, "ml.m5.large") == "ml.c5.xlarge"
    assert next_type(allowed, "ml.c5.xlarge") == ""
    assert next_type(allowed, "ml.g5.xlarge") == ""
    assert next_type([], "ml.m5.large") == ""
