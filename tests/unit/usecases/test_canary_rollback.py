"""The way back from a canary: weights, one instance, the old configuration, then the rest."""

from __future__ import annotations

import pytest

from slipway.errors import CapacityRefused, HostingRefused, ServiceBusy
from slipway.usecases.compensate_release import compensate_release
from slipway.usecases.restore_previous import Cleaned
from tests.fakes.canary import NEW, OLD, Canary


class Rollback(Canary):
    """A canary that has all of the traffic and every planned instance."""

    def __init__(self) -> None:
        super().__init__()
        self.added()
        for step in range(4):
            self.baking(step)
        self.guards.alarms = {"canary-alarm": {}}

    def compensate(self) -> Cleaned:
        return compensate_release(
            self.ref,
            ledger=self.ledger,
            endpoints=self.sagemaker,
            scaling=self.scaling,
            guards=self.guards,
            store=self.store,
            schedules=self.schedules,
            clock=self.clock,
        )

    def finish(self) -> list[str]:
        """Compensate as the workflow does; return what SageMaker was asked for."""
        self.sagemaker.calls.clear()
        for _ in range(9):
            cleaned = self.compensate()
            if cleaned.verdict != "waiting":
                break
            self.sagemaker.settle("churn")
        assert (cleaned.verdict, cleaned.restored) == ("done", True)
        return self.sagemaker.calls


@pytest.fixture
def late() -> Rollback:
    return Rollback()


def test_the_canary_is_one_instance_when_the_old_fleet_is_built_again(late: Rollback) -> None:
    assert late.variants()[late.variant].desired_count == 10
    late.back()
    late.sagemaker.settle("churn")
    assert late.finish() == ["set count 1", "update endpoint churn"]
    (variant,) = late.variants().values()
    assert (variant.name, variant.current_count) == (late.old.variant, 10)
    assert variant.weight > 0


def test_users_who_are_still_on_the_canary_are_taken_off_it_first(late: Rollback) -> None:
    assert late.finish() == ["set weights [0.0, 100.0]", "set count 1", "update endpoint churn"]


@pytest.mark.parametrize("refusal", [HostingRefused("no"), ServiceBusy("Rate exceeded")])
def test_the_old_configuration_gives_the_traffic_back_where_weights_are_refused(
    late: Rollback, monkeypatch: pytest.MonkeyPatch, refusal: Exception
) -> None:
    def refuse(*_: object) -> None:
        raise refusal

    monkeypatch.setattr(late.sagemaker, "set_weights", refuse)
    assert late.variants()[late.old.variant].weight == 0
    assert late.finish() == ["update endpoint churn"]
    (variant,) = late.variants().values()
    assert variant.weight > 0


def test_what_is_in_the_way_of_the_old_configuration_leaves_the_alarms_armed(
    late: Rollback, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise CapacityRefused("The quota is 21")

    late.back()
    late.sagemaker.settle("churn")
    late.compensate()
    late.sagemaker.settle("churn")
    monkeypatch.setattr(late.sagemaker, "restore_endpoint", refuse)
    assert late.compensate() == Cleaned("pending", left=("The quota is 21",))
    assert list(late.guards.alarms) == ["canary-alarm"]
    # The canary cannot grow again, and what all users are on scales with them.
    (resource,) = late.scaling.targets
    assert resource.endswith(late.old.variant)
    assert not any(late.target(late.old.variant)["SuspendedState"].values())
    monkeypatch.undo()
    late.finish()
    assert late.guards.alarms == {}
    assert late.ledger.read_release("churn", OLD.release).outcome == "succeeded"
    assert NEW.release not in str(late.sagemaker.configs)
