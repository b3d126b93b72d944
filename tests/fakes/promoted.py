"""An endpoint on which version 2 was promoted and version 1 stands by."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from slipway.domain.settling import promote
from slipway.usecases.reference import ReleaseRef
from tests.fakes.clock import FakeClock
from tests.fakes.ledger import FakeLedger
from tests.fakes.make import drop, execution, live, planned, serve
from tests.fakes.world import (
    FakeAnnouncer,
    FakeExecutions,
    FakeGuards,
    FakeSageMaker,
    FakeScaling,
    FakeSchedules,
    FakeStore,
)

if TYPE_CHECKING:
    from slipway.domain.lease import EndpointRecord
    from slipway.domain.release import Drop, ReleaseRecord

SETTLE = "arn:aws:states:us-east-1:123456789012:stateMachine:settle"
SETTLING = SETTLE.replace("stateMachine", "execution") + ":one"
OLD, NEW = drop("1"), drop("2", minute=1)
BOTH = "churn-canary-2"


class Promoted:
    """Everything around that endpoint."""

    def __init__(self) -> None:
        self.ledger = FakeLedger()
        self.sagemaker = FakeSageMaker()
        self.scaling = FakeScaling()
        self.guards = FakeGuards()
        self.schedules = FakeSchedules()
        self.store = FakeStore()
        self.executions = FakeExecutions()
        self.announcer = FakeAnnouncer()
        self.clock = FakeClock()
        self.old = serve(OLD, self.ledger, self.sagemaker)
        self.new = live(NEW)
        self._rollout()
        self._record()

    def _rollout(self) -> None:
        variant = {"VariantName": self.new.variant, "InitialInstanceCount": 2}
        (beside,) = self.sagemaker.configs[self.old.config]["ProductionVariants"]
        alone = {"EndpointConfigName": self.new.config, "ProductionVariants": [variant]}
        idle = {**variant, "InitialVariantWeight": 0.0}
        both = {"EndpointConfigName": BOTH, "ProductionVariants": [beside, idle]}
        self.sagemaker.create_model({"ModelName": self.new.model})
        self.sagemaker.create_config(alone)
        self.sagemaker.create_config(both)
        self.sagemaker.update_endpoint("churn", BOTH)
        self.sagemaker.settle("churn")
        self.sagemaker.set_weights("churn", {self.old.variant: 0.0, self.new.variant: 100.0})
        self.sagemaker.settle("churn")
        self.sagemaker.calls.clear()

    def _record(self) -> None:
        made = {
            "model": self.new.model,
            "config": self.new.config,
            "canary_config": BOTH,
            "alarms": ["new-alarm"],
            "replaced": self.old.release,
        }
        facts: dict[str, Any] = {"outcome": "succeeded", "made": made}
        self.release = planned(NEW, started="2026-03-02T10:00:00+00:00", **facts)
        plan = {**self.release.plan, "strategy": "canary"}
        self.ledger.open_release(replace(self.release, plan=plan))
        self.guards.alarms = {"old-alarm": {}, "new-alarm": {}}
        until = "2026-03-02T11:00:00+00:00"
        record = self.ledger.read_endpoint("churn")
        self.ledger.write_endpoint(promote(record, self.new, until=until, config=BOTH))

    @property
    def record(self) -> EndpointRecord:
        return self.ledger.read_endpoint("churn")

    def read(self, what: Drop) -> ReleaseRecord:
        return self.ledger.read_release("churn", what.release)

    def ref(self, what: Drop = NEW, owner: str = SETTLING) -> ReleaseRef:
        """Return how the settle workflow refers to a release."""
        return ReleaseRef(owner, SETTLE, "churn", what.release)

    def change(self, **facts: Any) -> None:
        """Write something into the endpoint's item."""
        self.ledger.write_endpoint(replace(self.record, **facts))


def release_execution(name: str = "three") -> str:
    """Return an execution of the release workflow that runs beside."""
    return execution(name)
